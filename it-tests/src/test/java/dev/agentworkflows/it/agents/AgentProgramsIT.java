package dev.agentworkflows.it.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.adapter.cli.ClaudeAdapterFactory;
import dev.agentworkflows.adapter.cli.CodexAdapterFactory;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.testkit.RunningCall;
import dev.agentworkflows.testkit.TestCallContext;
import dev.agentworkflows.testkit.TestCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the adapters promise, with the real programs. */
@ResourceLock(AgentProgramsIT.PROGRAMS_IN_USE)
class AgentProgramsIT {

  /** The newest versions are tested by a subclass, with the same directory and model. */
  static final String PROGRAMS_IN_USE = "programs of AgentProgramsIT";

  @RegisterExtension
  static final AgentPrograms PROGRAMS =
      AgentPrograms.answering(
          """
          {"fixtures": [
            {"match": {"userMessage": "WRITE-A-FILE", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "Write", "arguments": {"file_path": "{root}/work/by-tool.txt", "content": "written"}}]}},
            {"match": {"userMessage": "TOUCH-A-FILE", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "Bash", "arguments": {"command": "touch {root}/work/by-shell.txt", "description": "touch"}}]}},
            {"match": {"userMessage": "SLEEP-LONG", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "Bash", "arguments": {"command": "timeout 4711 tail -f /dev/null", "description": "wait", "timeout": 600000}}]}},
            {"match": {"userMessage": "DELEGATE-IT", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "Task", "arguments": {"description": "write", "subagent_type": "general-purpose", "prompt": "WRITE-A-FILE"}}]}},
            {"match": {"userMessage": "CODEX-WRITES", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "exec_command", "arguments": {"cmd": "echo written >{root}/work/by-codex.txt; echo it ran"}}]}},
            {"match": {"userMessage": "TOO-MANY"}, "response": {"error": {"message": "slow down", "type": "rate_limit_error"}, "status": 429}},
            {"match": {"userMessage": "hello"}, "response": {"content": "good day"}},
            {"match": {"hasToolResult": true}, "response": {"content": "that was it"}},
            {"match": {"hasToolResult": false}, "response": {"content": "that was all"}}
          ]}
          """);

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final AdapterFactory claude = new ClaudeAdapterFactory();
  private final AdapterFactory codex = new CodexAdapterFactory();
  private final TestCallContext context = new TestCallContext();
  private Path work;

  @BeforeEach
  void makeWorkingDirectory() throws IOException {
    work = Files.createDirectories(PROGRAMS.root().resolve("work"));
  }

  @AfterEach
  void clean() throws IOException {
    for (String name : new String[] {"by-tool.txt", "by-shell.txt", "by-codex.txt"}) {
      Files.deleteIfExists(work.resolve(name));
    }
    Files.deleteIfExists(PROGRAMS.home().resolve(".claude/settings.json"));
  }

  @Test
  void claudeAnswers() throws Exception {
    assertThat(ask(claude, TestCalls.reading(work, "hello"))).isEqualTo("good day");
  }

  @Test
  void claudeMayNotWriteInAReadOnlyCall() throws Exception {
    assertThat(ask(claude, TestCalls.reading(work, "WRITE-A-FILE"))).isEqualTo("that was it");
    assertThat(work.resolve("by-tool.txt")).doesNotExist();
  }

  @Test
  void noSettingsOfTheUsersLetClaudeWriteInAReadOnlyCall() throws Exception {
    Files.createDirectories(PROGRAMS.home().resolve(".claude"));
    Files.writeString(
        PROGRAMS.home().resolve(".claude/settings.json"),
        """
        {"permissions": {"allow": ["Write", "Edit", "Bash"], "defaultMode": "acceptEdits"}}
        """);
    ask(claude, TestCalls.reading(work, "WRITE-A-FILE"));
    ask(claude, TestCalls.reading(work, "TOUCH-A-FILE"));
    assertThat(work.resolve("by-tool.txt")).doesNotExist();
    assertThat(work.resolve("by-shell.txt")).doesNotExist();
  }

  @Test
  void noSubagentLetsClaudeWriteInAReadOnlyCall() throws Exception {
    ask(claude, TestCalls.reading(work, "DELEGATE-IT"));
    assertThat(context.progress()).contains("Write " + work.resolve("by-tool.txt"));
    assertThat(work.resolve("by-tool.txt")).doesNotExist();
  }

  @Test
  void noAgentTypeLetsClaudeWriteInAReadOnlyCall() throws Exception {
    Files.createDirectories(PROGRAMS.home().resolve(".claude/agents"));
    Files.writeString(
        PROGRAMS.home().resolve(".claude/agents/editor.md"),
        """
        ---
        name: editor
        description: edits
        tools: Read, Write, Edit
        permissionMode: acceptEdits
        ---
        You edit.
        """);
    ask(claude, CallOf.agentType(TestCalls.reading(work, "WRITE-A-FILE"), "editor"));
    assertThat(work.resolve("by-tool.txt")).doesNotExist();
    ask(claude, CallOf.agentType(TestCalls.editing(work, "WRITE-A-FILE"), "editor"));
    assertThat(work.resolve("by-tool.txt")).exists();
  }

  @Test
  void claudeWritesInAMutatingCall() throws Exception {
    assertThat(ask(claude, TestCalls.editing(work, "WRITE-A-FILE"))).isEqualTo("that was it");
    assertThat(work.resolve("by-tool.txt")).hasContent("written");
    assertThat(context.progress()).containsExactly("Write " + work.resolve("by-tool.txt"));
  }

  @Test
  void claudesRateLimitPasses() throws Exception {
    try (Adapter adapter = claude.create(PROGRAMS.offered())) {
      AdapterException failure =
          RunningCall.start(adapter, TestCalls.reading(work, "TOO-MANY"))
              .adapterException(PATIENCE);
      assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
      assertThat(failure).hasMessageContaining("slow down");
    }
  }

  @Test
  void aCancelledClaudeTakesItsShellWithIt() throws Exception {
    AgentCall call =
        CallOf.permissions(
            TestCalls.editing(work, "SLEEP-LONG"), "{\"allowed_tools\": [\"Bash\"]}");
    try (Adapter adapter = claude.create(PROGRAMS.offered())) {
      RunningCall running = RunningCall.start(adapter, call, context);
      await().atMost(PATIENCE).until(AgentProgramsIT::sleeps);
      running.interrupt();
      assertThat(running.failure(Duration.ofSeconds(5))).isInstanceOf(InterruptedException.class);
      assertThat(sleeps()).isFalse();
    }
  }

  @Test
  void codexAnswers() throws Exception {
    assertThat(ask(codex, TestCalls.reading(work, "hello"))).isEqualTo("good day");
  }

  @Test
  void codexMayNotWriteInAReadOnlyCall() throws Exception {
    ask(codex, TestCalls.reading(work, "CODEX-WRITES"));
    assertThat(context.progress()).singleElement().asString().contains("by-codex.txt");
    assertThat(work.resolve("by-codex.txt")).doesNotExist();
  }

  @Test
  void codexWritesInAMutatingCall() throws Exception {
    ask(codex, TestCalls.editing(work, "CODEX-WRITES"));
    Assumptions.assumeTrue(
        context.transcript().stream().anyMatch(line -> line.contains("it ran\\n")),
        "codex's sandbox does not start on this system, so codex runs no command here");
    assertThat(work.resolve("by-codex.txt")).hasContent("written");
  }

  @Test
  void codexsRateLimitPasses() throws Exception {
    try (Adapter adapter = codex.create(PROGRAMS.offered())) {
      AdapterException failure =
          RunningCall.start(adapter, TestCalls.reading(work, "TOO-MANY"))
              .adapterException(PATIENCE);
      assertThat(failure.kind()).isEqualTo(Kind.RATE_LIMITED);
      assertThat(failure).hasMessageContaining("429");
    }
  }

  private String ask(AdapterFactory factory, AgentCall call) throws Exception {
    try (Adapter adapter = factory.create(PROGRAMS.offered())) {
      return RunningCall.start(adapter, call, context).reply(PATIENCE).text();
    }
  }

  private static boolean sleeps() {
    return ProcessHandle.allProcesses()
        .anyMatch(process ->
            Arrays.asList(process.info().arguments().orElse(new String[0])).contains("4711"));
  }
}
