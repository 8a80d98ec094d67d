package dev.agentworkflows.it.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.adapter.acp.AcpAdapterFactory;
import dev.agentworkflows.adapter.acp.GeminiCliAdapterFactory;
import dev.agentworkflows.adapter.acp.OpencodeAdapterFactory;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.testkit.RunningCall;
import dev.agentworkflows.testkit.TestCallContext;
import dev.agentworkflows.testkit.TestCalls;
import dev.agentworkflows.testkit.TestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What the adapters for ACP agents promise, with the real programs. */
@ResourceLock(AcpProgramsIT.PROGRAMS_IN_USE)
class AcpProgramsIT {

  /** The newest versions are tested by a subclass, with the same directory and model. */
  static final String PROGRAMS_IN_USE = "programs of AcpProgramsIT";

  @RegisterExtension
  static final AcpPrograms PROGRAMS =
      AcpPrograms.answering(
          """
          {"fixtures": [
            {"match": {"userMessage": "WRITE-A-FILE", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "write", "arguments": {"filePath": "{root}/work/by-tool.txt", "content": "written"}}]}},
            {"match": {"userMessage": "TOUCH-A-FILE", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "bash", "arguments": {"command": "touch {root}/work/by-shell.txt", "description": "touch"}}]}},
            {"match": {"userMessage": "DELEGATE-IT", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "task", "arguments": {"description": "write", "subagent_type": "general", "prompt": "WRITE-A-FILE"}}]}},
            {"match": {"userMessage": "SLEEP-LONG", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "bash", "arguments": {"command": "sleep 4712", "description": "sleep", "timeout": 600000}}]}},
            {"match": {"userMessage": "GEMINI-WRITES", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "write_file", "arguments": {"file_path": "{root}/work/by-tool.txt", "content": "written"}}]}},
            {"match": {"userMessage": "GEMINI-TOUCHES", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "run_shell_command", "arguments": {"command": "touch {root}/work/by-shell.txt", "description": "touch"}}]}},
            {"match": {"userMessage": "GEMINI-READS", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "read_file", "arguments": {"file_path": "{root}/work/notes.txt"}}]}},
            {"match": {"userMessage": "/about"}, "response": {"content": "no command"}},
            {"match": {"userMessage": "hello"}, "response": {"content": "good day"}},
            {"match": {"hasToolResult": true}, "response": {"content": "that was it"}}
          ]}
          """);

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private final AdapterFactory opencode = new OpencodeAdapterFactory();
  private final AdapterFactory gemini = new GeminiCliAdapterFactory();
  private final TestCallContext context = new TestCallContext();
  private Path work;

  @BeforeEach
  void makeWorkingDirectory() throws IOException {
    work = Files.createDirectories(PROGRAMS.root().resolve("work"));
    Files.writeString(work.resolve("notes.txt"), "to be read");
  }

  @AfterEach
  void clean() throws IOException {
    for (String name : new String[] {"by-tool.txt", "by-shell.txt"}) {
      Files.deleteIfExists(work.resolve(name));
    }
    Files.deleteIfExists(PROGRAMS.home().resolve(".gemini/settings.json"));
    Files.writeString(PROGRAMS.home().resolve("opencode.json"), PROGRAMS.opencodeConfiguration(""));
  }

  @Test
  void opencodeAnswersInAReadOnlyCall() throws Exception {
    AgentReply reply = reply(opencode, TestCalls.reading(work, "hello"));
    assertThat(reply.text()).isEqualTo("good day");
    assertThat(reply.model()).isEqualTo("loopback/llama");
    assertThat(reply.usage().billedTokens()).isPositive();
  }

  @Test
  void opencodeIsAskedForTheModelOfTheCall() throws Exception {
    AgentCall call = CallOf.model(TestCalls.reading(work, "hello"), "loopback/other");
    assertThat(reply(opencode, call).model()).isEqualTo("loopback/other");
  }

  @Test
  void opencodeWritesAndExecutesInAMutatingCall() throws Exception {
    assertThat(text(opencode, TestCalls.editing(work, "WRITE-A-FILE"))).isEqualTo("that was it");
    assertThat(work.resolve("by-tool.txt")).hasContent("written");
    text(opencode, TestCalls.editing(work, "TOUCH-A-FILE"));
    assertThat(work.resolve("by-shell.txt")).exists();
    assertThat(context.progress()).contains("touch " + work.resolve("by-shell.txt"));
  }

  @Test
  void noSettingsOfTheUsersLetOpencodeWriteInAReadOnlyCall() throws Exception {
    String all = "{\"*\": \"allow\", \"bash\": \"allow\", \"edit\": \"allow\"}";
    Files.writeString(
        PROGRAMS.home().resolve("opencode.json"),
        PROGRAMS.opencodeConfiguration(
            """
            , "permission": %1$s, "agent": {
              "build": {"permission": %1$s}, "general": {"permission": %1$s},
              "owf-read-only": {"permission": %1$s, "tools": {"write": true, "bash": true}}}
            """
                .formatted(all)));
    Path own = Files.createDirectories(work.resolve(".opencode/agent")).resolve("owf-read-only.md");
    Files.writeString(
        own, "---\nmode: primary\npermission:\n  bash: allow\n  edit: allow\n---\nYou edit.\n");
    for (String prompt : new String[] {"WRITE-A-FILE", "TOUCH-A-FILE", "DELEGATE-IT"}) {
      text(opencode, TestCalls.reading(work, prompt));
    }
    Files.delete(own);
    assertThat(work.resolve("by-tool.txt")).doesNotExist();
    assertThat(work.resolve("by-shell.txt")).doesNotExist();
  }

  @Test
  void aCancelledOpencodeTakesItsShellWithIt() throws Exception {
    try (Adapter adapter = opencode.create(offered(Map.of()))) {
      RunningCall running =
          RunningCall.start(adapter, TestCalls.editing(work, "SLEEP-LONG"), context);
      await().atMost(PATIENCE).until(AcpProgramsIT::sleeps);
      running.interrupt();
      assertThat(running.failure(Duration.ofSeconds(5))).isInstanceOf(InterruptedException.class);
      assertThat(sleeps()).isFalse();
    }
  }

  @Test
  void geminiAnswersAndReadsInAReadOnlyCall() throws Exception {
    assertThat(text(gemini, reading("hello"))).isEqualTo("good day");
    assertThat(text(gemini, reading("GEMINI-READS"))).isEqualTo("that was it");
    assertThat(context.progress()).contains("notes.txt");
  }

  @Test
  void aPromptThatLooksLikeACommandIsGeminisPrompt() throws Exception {
    assertThat(text(gemini, reading("/about this"))).isEqualTo("no command");
  }

  @Test
  void geminiWritesAndExecutesInAMutatingCall() throws Exception {
    assertThat(text(gemini, editing("GEMINI-WRITES"))).isEqualTo("that was it");
    assertThat(work.resolve("by-tool.txt")).hasContent("written");
    text(gemini, editing("GEMINI-TOUCHES"));
    assertThat(work.resolve("by-shell.txt")).exists();
  }

  @Test
  void noSettingsOfTheUsersLetGeminiWriteInAReadOnlyCall() throws Exception {
    Files.createDirectories(PROGRAMS.home().resolve(".gemini"));
    Files.writeString(
        PROGRAMS.home().resolve(".gemini/settings.json"),
        """
        {"tools": {"allowed": ["run_shell_command", "write_file", "replace"]},
         "general": {"defaultApprovalMode": "auto_edit"}}
        """);
    text(gemini, reading("GEMINI-WRITES"));
    text(gemini, reading("GEMINI-TOUCHES"));
    assertThat(work.resolve("by-tool.txt")).doesNotExist();
    assertThat(work.resolve("by-shell.txt")).doesNotExist();
  }

  @Test
  void anyOtherAgentAnswersByItsCommand() throws Exception {
    Map<String, String> settings =
        Map.of(
            "command",
            "[\"%s\"]".formatted(PROGRAMS.programs().resolve("codex-acp")),
            "api_key_env",
            "OPENAI_API_KEY");
    try (Adapter adapter = new AcpAdapterFactory().create(offered(settings))) {
      assertThat(
              RunningCall.start(adapter, TestCalls.editing(work, "hello"), context)
                  .reply(PATIENCE)
                  .text())
          .endsWith("good day");
    }
  }

  private AgentCall reading(String prompt) {
    return CallOf.model(TestCalls.reading(work, prompt), "gemini-2.5-pro");
  }

  private AgentCall editing(String prompt) {
    return CallOf.model(TestCalls.editing(work, prompt), "gemini-2.5-pro");
  }

  private String text(AdapterFactory factory, AgentCall call) throws Exception {
    return reply(factory, call).text();
  }

  private AgentReply reply(AdapterFactory factory, AgentCall call) throws Exception {
    try (Adapter adapter = factory.create(offered(Map.of()))) {
      return RunningCall.start(adapter, call, context).reply(PATIENCE);
    }
  }

  private static TestContext offered(Map<String, String> settings) {
    TestContext offered =
        TestContext.empty().withSettings(settings).withEnvironment(PROGRAMS.environment());
    for (var key : PROGRAMS.keys().entrySet()) {
      offered = offered.withSecret(key.getKey(), key.getValue());
    }
    return offered;
  }

  private static boolean sleeps() {
    return ProcessHandle.allProcesses()
        .anyMatch(process ->
            Arrays.asList(process.info().arguments().orElse(new String[0])).contains("4712"));
  }
}
