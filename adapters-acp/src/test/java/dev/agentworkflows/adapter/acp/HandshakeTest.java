package dev.agentworkflows.adapter.acp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.adapter.cli.AgentProcess;
import dev.agentworkflows.adapter.cli.ProgramPath;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.testkit.TestCallContext;
import dev.agentworkflows.testkit.TestCalls;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent is given time for; {@link EndingsTest} sees one that takes it all. */
class HandshakeTest {

  private static final AgentSettings AGENT =
      new AgentSettings(
          "my-agent",
          new ProgramPath("my-agent", "", ""),
          List.of(),
          Set.of(),
          null,
          null,
          false,
          null);

  @TempDir Path directory;
  private Session session;

  @BeforeEach
  void begin() {
    session =
        new Session(
            AGENT,
            TestCalls.editing(directory, "hello"),
            new TestCallContext(),
            UnaryOperator.identity());
    session.begin();
  }

  @Test
  void whoHasNotAnsweredInitializeIsEndedAndWasNotAsked() {
    session.line("{\"jsonrpc\":\"2.0\",\"method\":\"_vendor/news\",\"params\":{}}");
    session.overdue();
    assertThat(session.isComplete()).isTrue();
    AdapterException failure =
        catchThrowableOfType(
            AdapterException.class,
            () -> session.reply(new AgentProcess.Exit(143, "open the page to log in", 0)));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure)
        .hasMessageStartingWith(
            "my-agent has not answered the request 'initialize' within 120 s of its start")
        .hasMessageEndingWith("the end of its standard error: open the page to log in");
  }

  @Test
  void whoHasAnsweredItMayTakeItsTime() {
    session.line("{\"id\":1,\"result\":{\"protocolVersion\":1,\"agentCapabilities\":{}}}");
    session.overdue();
    assertThat(session.isComplete()).isFalse();
  }
}
