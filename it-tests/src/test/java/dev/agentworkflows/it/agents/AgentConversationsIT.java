package dev.agentworkflows.it.agents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.adapter.cli.ClaudeAdapterFactory;
import dev.agentworkflows.adapter.cli.CodexAdapterFactory;
import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.testkit.RunningCall;
import dev.agentworkflows.testkit.TestCallContext;
import dev.agentworkflows.testkit.TestCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions of the real programs: what a later call knows of an earlier one, and what not. */
class AgentConversationsIT {

  @RegisterExtension
  static final AgentPrograms PROGRAMS =
      AgentPrograms.answering(
          """
          {"fixtures": [
            {"match": {"userMessage": "WRITE-A-FILE", "hasToolResult": false}, "response": {"toolCalls": [
              {"name": "Write", "arguments": {"file_path": "{root}/work/by-tool.txt", "content": "written"}}]}},
            {"match": {"userMessage": "FIRST"}, "response": {"content": "answer one"}},
            {"match": {"userMessage": "LEFT"}, "response": {"content": "answer left"}},
            {"match": {"userMessage": "RIGHT"}, "response": {"content": "answer right"}},
            {"match": {"hasToolResult": true}, "response": {"content": "that was it"}}
          ]}
          """);

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String NO_SUCH = "00000000-1111-4222-8333-444455556666";

  private Path work;

  static List<AdapterFactory> programs() {
    return List.of(new ClaudeAdapterFactory(), new CodexAdapterFactory());
  }

  @BeforeEach
  void makeWorkingDirectory() throws IOException {
    work = Files.createDirectories(PROGRAMS.root().resolve("work"));
    Files.deleteIfExists(work.resolve("by-tool.txt"));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aForkKnowsWhatWasSaidAndNothingOfTheOtherFork(AdapterFactory program) throws Exception {
    AgentSession first = session(ask(program, TestCalls.editing(work, "FIRST"), null));
    AgentReply left = ask(program, TestCalls.reading(work, "LEFT"), first);
    assertThat(left.text()).isEqualTo("answer left");
    assertThat(PROGRAMS.lastRequest()).contains("FIRST", "answer one", "LEFT");
    AgentReply right = ask(program, TestCalls.reading(work, "RIGHT"), first);
    assertThat(right.text()).isEqualTo("answer right");
    assertThat(PROGRAMS.lastRequest())
        .contains("FIRST", "answer one", "RIGHT")
        .doesNotContain("LEFT");
    assertThat(List.of(session(left).id(), session(right).id(), first.id()))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aSessionThatIsNotThereIsLost(AdapterFactory program) throws Exception {
    assertThat(failure(program, new AgentSession(NO_SUCH, false)).kind())
        .isEqualTo(Kind.SESSION_LOST);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aReadOnlyCallMayNotWriteInASessionThatDid(AdapterFactory program) throws Exception {
    AgentSession edited = session(ask(program, TestCalls.editing(work, "WRITE-A-FILE"), null));
    Files.deleteIfExists(work.resolve("by-tool.txt"));
    ask(program, TestCalls.reading(work, "WRITE-A-FILE"), edited);
    assertThat(work.resolve("by-tool.txt")).doesNotExist();
  }

  private static AgentSession session(AgentReply reply) {
    AgentSession session = reply.session();
    if (session == null) {
      throw new AssertionError("it told no session: " + reply);
    }
    return session;
  }

  private AdapterException failure(AdapterFactory program, AgentSession session) throws Exception {
    try (Adapter adapter = program.create(PROGRAMS.offered())) {
      return RunningCall.start(adapter, in(TestCalls.reading(work, "LEFT"), session))
          .adapterException(PATIENCE);
    }
  }

  private static AgentReply ask(
      AdapterFactory program, AgentCall call, @Nullable AgentSession session) throws Exception {
    try (Adapter adapter = program.create(PROGRAMS.offered())) {
      return RunningCall.start(adapter, in(call, session), new TestCallContext()).reply(PATIENCE);
    }
  }

  private static AgentCall in(AgentCall call, @Nullable AgentSession session) {
    return session == null ? call : call.in(new Conversation(List.of(), session));
  }
}
