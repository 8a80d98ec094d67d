package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.spi.McpServer;
import dev.agentworkflows.testkit.TestCallContext;
import dev.agentworkflows.testkit.TestContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One call of an adapter to a script that notes how it was started. */
final class ScriptedCall {

  /** What it is told in files is gone after the call. */
  private static final String COPY_FILES =
      "for word in \"$@\"; do case $word in --*=/*) cp \"${word#*=}\" \"$here/told.${word%%=*}\";;"
          + " esac; done\n";

  private final AdapterFactory factory;
  private final Path directory;
  private final TestCallContext callContext = new TestCallContext();
  private TestContext context = TestContext.empty();
  private String body = "";
  private String prompt = "hello";
  private @Nullable String model;
  private @Nullable String agentType;
  private @Nullable String permissions;
  private @Nullable Path worktree;
  private @Nullable String schema;
  private CallOptions options = CallOptions.NONE;
  private boolean mutating;
  private Conversation conversation = Conversation.NONE;

  ScriptedCall(AdapterFactory factory, Path directory) {
    this.factory = factory;
    this.directory = directory;
  }

  /** The script writes this to its standard output, as it is. */
  ScriptedCall says(String stream) {
    Scripts.write(directory.resolve("stream"), stream, "rw-------");
    return runs("cat \"$here/stream\"");
  }

  ScriptedCall complains(String words) {
    Scripts.write(directory.resolve("complaint"), words, "rw-------");
    return runs("cat \"$here/complaint\" >&2");
  }

  ScriptedCall ends(int code) {
    return runs("exit " + code);
  }

  ScriptedCall runs(String commands) {
    body += commands + "\n";
    return this;
  }

  ScriptedCall program(String path) {
    context = context.withSettings(Map.of("program", path));
    return this;
  }

  ScriptedCall settings(Map<String, String> settings) {
    context = context.withSettings(settings);
    return this;
  }

  ScriptedCall secret(String name, String value) {
    context = context.withSecret(name, value);
    return this;
  }

  ScriptedCall environment(Map<String, String> added) {
    context = context.withEnvironment(added);
    return this;
  }

  ScriptedCall prompt(String text) {
    prompt = text;
    return this;
  }

  ScriptedCall model(String name) {
    model = name;
    return this;
  }

  ScriptedCall agentType(String name) {
    agentType = name;
    return this;
  }

  ScriptedCall permissions(String json) {
    permissions = json;
    return this;
  }

  ScriptedCall worktree(Path path) {
    worktree = path;
    return this;
  }

  ScriptedCall schema(String json) {
    schema = json;
    return this;
  }

  ScriptedCall options(CallOptions asked) {
    options = asked;
    return this;
  }

  ScriptedCall tools(String... names) {
    return options(new CallOptions(null, null, List.of(names), List.of(), List.of()));
  }

  ScriptedCall servers(McpServer... servers) {
    return options(new CallOptions(null, null, null, List.of(servers), List.of()));
  }

  ScriptedCall in(String session) {
    conversation = new Conversation(List.of(), new AgentSession(session, false));
    return this;
  }

  ScriptedCall mutating() {
    mutating = true;
    return this;
  }

  AgentReply reply() throws AdapterException, InterruptedException {
    if (!context.settings().containsKey("program")) {
      program(
          Scripts.sh(
                  directory,
                  "agent",
                  "printf '%s\\n' \"$@\" >\"$here/arguments\"; env >\"$here/environment\"\n"
                      + COPY_FILES
                      + body)
              .toString());
    }
    try (Adapter adapter = factory.create(context)) {
      return adapter.invoke(
          AgentCall.builder(
                  "run_20260101_000000_aaaaaa_call_0001",
                  prompt,
                  worktree == null ? directory : worktree)
              .schema(schema)
              .model(model)
              .agentType(agentType)
              .worktree(worktree)
              .mutating(mutating)
              .permissions(permissions)
              .timeout(Duration.ofMinutes(1))
              .options(options)
              .conversation(conversation)
              .build(),
          callContext);
    }
  }

  AdapterException failure() throws InterruptedException {
    try {
      throw new AssertionError("should have failed, and was answered: " + reply());
    } catch (AdapterException e) {
      return e;
    }
  }

  TestCallContext context() {
    return callContext;
  }

  boolean started() {
    return Files.exists(directory.resolve("arguments"));
  }

  List<String> arguments() {
    return lines("arguments");
  }

  /** What stood in the file that an option names. */
  String told(String option) {
    return String.join("\n", lines("told." + option));
  }

  /** The value of an option that is one word with it. */
  String value(String option) {
    return arguments().stream()
        .filter(word -> word.startsWith(option + "="))
        .findFirst()
        .orElseThrow()
        .substring(option.length() + 1);
  }

  /** The one that follows an option. */
  String argument(String option) {
    return argumentsAfter(option).get(0);
  }

  List<String> argumentsAfter(String option) {
    List<String> all = arguments();
    return all.subList(all.indexOf(option) + 1, all.size());
  }

  Map<String, String> environment() {
    try (Stream<String> lines = lines("environment").stream()) {
      return lines
          .map(line -> line.split("=", 2))
          .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }
  }

  private List<String> lines(String file) {
    try {
      return Files.readAllLines(directory.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
