package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.Conversation;
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
                  "printf '%s\\n' \"$@\" >\"$here/arguments\"; env >\"$here/environment\"\n" + body)
              .toString());
    }
    try (Adapter adapter = factory.create(context)) {
      return adapter.invoke(
          new AgentCall(
              "run_20260101_000000_aaaaaa_call_0001",
              prompt,
              null,
              model,
              agentType,
              worktree == null ? directory : worktree,
              worktree,
              mutating,
              List.of(),
              List.of(),
              permissions,
              null,
              Duration.ofMinutes(1),
              conversation),
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
