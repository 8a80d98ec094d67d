package dev.agentworkflows.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.AgentSession;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.spi.Conversation;
import dev.agentworkflows.spi.UsageLimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every adapter must do that starts an agent's program, besides what {@link AdapterContract}
 * has for all. Its author extends it, names the factory and the secret, and describes the program
 * with an {@link AgentScript}; the tests are inherited.
 *
 * <p>It needs a POSIX shell and {@code setsid}. The coordinator interrupts a call that is over its
 * time or cancelled, and so do these tests.
 */
public abstract class AgentContract extends ProgramContract {

  /** Programs that tell minutes alone are read to the end of that minute. */
  private static final Duration PRECISION = Duration.ofMinutes(1);

  private static final String OTHER_PROMPT = "Summarise the minutes of the board meeting. ";

  // How it ends without an answer.

  @Test
  final void anAgentThatEndsInOrderWithoutAnAnswerHasFailed() throws Exception {
    assertThat(failure(program().begins() + program().works()).kind())
        .isIn(Kind.TRANSIENT, Kind.PERMANENT);
    assertThat(failure(program().begins()).kind()).isIn(Kind.TRANSIENT, Kind.PERMANENT);
  }

  @Test
  final void halfALineIsNoAnswer() throws Exception {
    String whole = script().answer(TEXT).stripTrailing();
    String half = whole.substring(0, (whole.lastIndexOf('\n') + 1 + whole.length()) / 2);
    for (String end : List.of("exit 0\n", "exit 1\n", "kill -9 $$\n")) {
      String body = program().begins() + program().works() + program().prints(half) + end;
      assertThat(failure(body).kind()).as(end).isIn(Kind.TRANSIENT, Kind.PERMANENT);
    }
  }

  @Test
  final void anExitCodeIsToldWithTheLastWordsAndNotTriedAgain() throws Exception {
    AdapterException failure =
        failure(program().begins() + program().complains("no such agent") + "exit 41\n");
    assertThat(failure.kind()).isEqualTo(Kind.PERMANENT);
    assertThat(failure).hasMessageContainingAll("41", "no such agent");
  }

  @Test
  final void anAgentThatASignalEndsMayBeAskedAgain() throws Exception {
    AdapterException failure = failure(program().begins() + program().works() + "kill -9 $$\n");
    assertThat(failure.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(failure).hasMessageContaining("signal");
  }

  @Test
  final void afterWorkNoFailureSaysThatNothingBegan() throws Exception {
    for (String end : List.of("exit 0\n", "exit 41\n", "kill -9 $$\n")) {
      assertNotUndone(end);
    }
    assertNotUndone(program().does(script().overloaded("too busy")));
    assertNotUndone(program().does(script().refused("not like this")));
    for (Optional<AgentOutput> output :
        List.of(
            script().usageLimit(null), script().usageLimit(inThreeHours()), script().exhausted())) {
      if (output.isPresent()) {
        assertNotUndone(program().does(output.get()));
      }
    }
  }

  private void assertNotUndone(String end) throws Exception {
    AdapterException failure =
        failure(program().begins() + program().works() + end, editing("hello"));
    assertThat(failure.nothingBegan())
        .as("nothing began, says: %s, and a call that may edit would go again", failure)
        .isFalse();
  }

  @Test
  final void neitherThePromptNorTheSecretIsInAFailure() throws Exception {
    String end = "echo \"$prompt\" >&2\n" + program().complains("key @secret@\n") + "exit 1\n";
    String prompt = OTHER_PROMPT.repeat(20);
    assertThat(failure(program().begins() + end, reading(prompt)))
        .message()
        .doesNotContain("board meeting", SECRET);
  }

  @Test
  final void aSecretIsNotShownInHalf() throws Exception {
    Path file =
        program()
            .doing(program().begins() + program().complains("@secret@\n".repeat(20)) + "exit 1");
    TestContext offered = context().withSecret(secretName(), "sk-" + "0123456789".repeat(90));
    assertThat(failure(adapter(file, offered), reading("hello")))
        .message()
        .doesNotContain("0123456789");
  }

  @Test
  final void aProgramThatIsNotThereIsNamed() throws Exception {
    Path missing = program().file("no-such-program");
    assertCannotStart(missing);
    Files.createFile(
        missing,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    assertCannotStart(missing);
  }

  private void assertCannotStart(Path file) throws Exception {
    AdapterException failure = failure(adapter(file, context()), editing("hello"));
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure).hasMessageContaining(file.toString());
  }

  // Limits.

  @Test
  final void aLimitThatSaysWhenItResetsIsTakenAtItsWord() throws Exception {
    Instant resetsAt = inThreeHours();
    AdapterException failure = failure(body(script().usageLimit(resetsAt)));
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(limit(failure).resetsAt()).isBetween(resetsAt, resetsAt.plus(PRECISION));
  }

  @Test
  final void aLimitThatDoesNotSayWhenItResetsIsOneAllTheSame() throws Exception {
    AdapterException failure = failure(body(script().usageLimit(null)));
    assertThat(failure.kind()).isEqualTo(Kind.USAGE_LIMITED);
    assertThat(limit(failure).resetsAt()).isNull();
  }

  @Test
  final void anAccountWithoutMoneyIsNotWaitedFor() throws Exception {
    assertThat(failure(body(script().exhausted())).kind()).isEqualTo(Kind.EXHAUSTED);
  }

  @Test
  final void anOverloadIsNoLimitOfTheLogin() throws Exception {
    AdapterException failure = failure(body(Optional.of(script().overloaded("too busy"))));
    assertThat(failure.kind()).isIn(Kind.TRANSIENT, Kind.RATE_LIMITED);
    assertThat(failure.usageLimit()).isNull();
  }

  @Test
  final void theAgentsOwnWordsAreNoLimit() throws Exception {
    String words = "You have hit your usage limit. Credit balance is too low, status 429";
    assertThat(reply(program().begins() + program().answers(words)).text()).isEqualTo(words);
  }

  private String body(Optional<AgentOutput> output) {
    assumeTrue(output.isPresent(), "the program does not tell of it");
    return program().begins() + program().does(output.orElseThrow());
  }

  private static UsageLimit limit(AdapterException failure) {
    assertThat(failure.usageLimit()).as("the limit of %s", failure).isNotNull();
    return Objects.requireNonNull(failure.usageLimit());
  }

  private static Instant inThreeHours() {
    return Instant.now().truncatedTo(ChronoUnit.MINUTES).plus(3, ChronoUnit.HOURS);
  }

  // Sessions.

  @Test
  final void theFactoryPromisesSessionsWhenTheProgramHasThem() {
    assertThat(factory().capabilities().contains(Capability.SESSIONS))
        .as("SESSIONS among the capabilities")
        .isEqualTo(script().session().isPresent());
  }

  @Test
  final void aLaterCallGoesOnInTheSessionThatAReplyTold() throws Exception {
    AgentSession session = told();
    AgentReply later =
        reply(program().begins() + program().answers(TEXT), goingOn(editing("more"), session));
    assertThat(later.text()).isEqualTo(TEXT);
    assertThat(later.session()).as("where the next one goes on").isNotNull();
    assertThat(program().heard())
        .as("what the program was told")
        .anyMatch(told -> told.contains(session.id()));
  }

  @Test
  final void aSessionThatIsNotThereIsLost() throws Exception {
    AdapterException failure = failure(script().losesSession(), goingOn(editing("more"), told()));
    assertThat(failure.kind()).isEqualTo(Kind.SESSION_LOST);
    assertThat(failure).message().isNotBlank();
  }

  @Test
  final void aFailureAfterWorkIsNoLostSession() throws Exception {
    String works = program().begins() + program().works();
    assertThat(failure(works + "exit 1\n", goingOn(editing("more"), told())).kind())
        .isNotEqualTo(Kind.SESSION_LOST);
    assertThat(failure(script().losesSession()).kind())
        .as("without a session none can be lost")
        .isNotEqualTo(Kind.SESSION_LOST);
  }

  /** An id has been stored in between. */
  @Test
  final void noSessionsIdIsTakenForAnOption() throws Exception {
    AgentSession session = told();
    String body = program().begins() + program().answers(TEXT);
    for (String id : List.of("--test-kit-option", "-t", "", "a b", "../x", "a\nb")) {
      Files.deleteIfExists(program().file("arguments"));
      try (Adapter adapter = adapter(body)) {
        RunningCall call =
            RunningCall.start(
                adapter, goingOn(reading("more"), new AgentSession(id, session.once())), () -> 1);
        call.awaitEnd(PATIENCE);
      }
      assertThat(program().arguments()).doesNotContain("--test-kit-option", "-t");
    }
  }

  private AgentSession told() throws Exception {
    String id = script().session().orElse(null);
    assumeTrue(id != null, "the program keeps no sessions");
    AgentSession session = reply(program().begins() + program().answers(TEXT)).session();
    assertThat(session).as("the session of the reply").isNotNull();
    AgentSession told = Objects.requireNonNull(session);
    assertThat(told.id()).isEqualTo(id);
    return told;
  }

  private static AgentCall goingOn(AgentCall call, @Nullable AgentSession session) {
    return call.toBuilder().conversation(new Conversation(List.of(), session)).build();
  }
}
