package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.CallOptions;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.testkit.RunningCall;
import dev.agentworkflows.testkit.TestCallContext;
import dev.agentworkflows.testkit.TestCalls;
import dev.agentworkflows.testkit.TestContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** One call to {@code agent.py}, which does what its prompt says. */
final class ScriptedAgent {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path directory;
  private final TestCallContext callContext = new TestCallContext();
  private final List<String> variables = new ArrayList<>();
  private TestContext context;
  private @Nullable String model;
  private @Nullable String permissions;
  private @Nullable Path worktree;
  private CallOptions options = CallOptions.NONE;
  private boolean mutating;
  private Conversation conversation = Conversation.NONE;

  ScriptedAgent(Path directory) {
    this.directory = directory;
    context = TestContext.empty().withSettings(Map.of("read_only_mode", "plan"));
    with("AGENT_LOG", log().toString());
  }

  /** How it is started: through {@code env}, for what it is to find in its environment. */
  static String command(Path directory, List<String> variables) {
    List<String> command = new ArrayList<>(List.of("env"));
    command.addAll(variables);
    command.addAll(List.of("python3", script(directory).toString()));
    return JSON.writeValueAsString(command);
  }

  private static Path script(Path directory) {
    Path script = directory.resolve("agent.py");
    try (InputStream in = ScriptedAgent.class.getResourceAsStream("agent.py")) {
      if (!Files.exists(script)) {
        Files.write(script, in.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return script;
  }

  ScriptedAgent with(String variable, String value) {
    variables.add(variable + "=" + value);
    return this;
  }

  ScriptedAgent behaves(String beforeThePrompt) {
    return with("AGENT_BEHAVIOUR", beforeThePrompt);
  }

  ScriptedAgent setting(String name, String value) {
    context = context.withSettings(Map.of(name, value));
    return this;
  }

  ScriptedAgent secret(String name, String value) {
    context = context.withSecret(name, value);
    return this;
  }

  ScriptedAgent model(String name) {
    model = name;
    return this;
  }

  ScriptedAgent permissions(String json) {
    permissions = json;
    return this;
  }

  ScriptedAgent options(CallOptions asked) {
    options = asked;
    return this;
  }

  ScriptedAgent in(AgentSession session) {
    conversation = new Conversation(List.of(), session);
    return this;
  }

  ScriptedAgent mutating() {
    mutating = true;
    return this;
  }

  ScriptedAgent worktree(Path top) {
    worktree = top;
    return this;
  }

  AgentReply reply(String prompt) throws AdapterException, InterruptedException {
    try (Adapter adapter = adapter()) {
      return adapter.invoke(call(prompt), callContext);
    }
  }

  String text(String prompt) throws AdapterException, InterruptedException {
    return reply(prompt).text();
  }

  AdapterException failure(String prompt) throws InterruptedException {
    try {
      throw new AssertionError("should have failed, and was answered: " + reply(prompt));
    } catch (AdapterException e) {
      return e;
    }
  }

  RunningCall start(String prompt) throws AdapterException {
    return RunningCall.start(adapter(), call(prompt), callContext);
  }

  TestCallContext context() {
    return callContext;
  }

  /** What it was sent. */
  List<String> heard() throws IOException {
    return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
  }

  private Path log() {
    return directory.resolve("heard");
  }

  private Adapter adapter() throws AdapterException {
    if (!context.settings().containsKey("command")) {
      setting("command", command(directory, variables));
    }
    return new AcpAdapterFactory().create(context);
  }

  private AgentCall call(String prompt) {
    AgentCall call =
        mutating ? TestCalls.editing(directory, prompt) : TestCalls.reading(directory, prompt);
    return call.toBuilder()
        .model(model)
        .worktree(worktree)
        .permissions(permissions)
        .options(options)
        .conversation(conversation)
        .build();
  }
}
