package dev.agentworkflows.coordinator.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ApprovalsTest {

  private static final String RUN = "run_20261122_120000_aaaaaa";
  private static final String RESUMED = "run_20261122_130000_bbbbbb";
  private static final String AGAIN = "run_20261122_140000_cccccc";

  @TempDir private Path directory;

  private final BlockingQueue<OpenQuestion> waiting = new LinkedBlockingQueue<>();
  private Store store;
  private Approvals approvals;

  @BeforeEach
  void open() {
    store = Store.open(directory.resolve("workflow.sqlite"));
    store.writer().addRun(Records.run(RUN).status(RunStatus.RUNNING).build());
    store.writer().addRun(Records.run(RESUMED).status(RunStatus.RUNNING).resumedFrom(RUN).build());
    store
        .writer()
        .addRun(Records.run(AGAIN).status(RunStatus.RUNNING).resumedFrom(RESUMED).build())
        .join();
    approvals =
        new Approvals(
            store, new Redactor(Map.of("SOME_API_KEY", "sk-0123456789abcdef")), Clock.systemUTC());
  }

  @AfterEach
  void close() {
    approvals.close();
    store.close();
  }

  private static ApprovalRequest request(String question) {
    return new ApprovalRequest(question, null, null, null, null, 0);
  }

  private static ApprovalRequest timed(@Nullable Boolean defaultAnswer) {
    return new ApprovalRequest("deploy?", null, null, Duration.ofMillis(50), defaultAnswer, 0);
  }

  private OpenQuestion ask(RunApprovals run, ApprovalRequest request) {
    return run.ask(request, waiting::add);
  }

  private OpenQuestion awaitWaiting() throws InterruptedException {
    OpenQuestion question = waiting.poll(20, TimeUnit.SECONDS);
    assertThat(question).as("a question that waits").isNotNull();
    return question;
  }

  @Test
  void aQuestionIsDurableBeforeAnybodyIsToldAndSoIsItsAnswer() throws Exception {
    OpenQuestion question = ask(approvals.of(RUN, null), request("deploy?"));
    assertThat(awaitWaiting()).isSameAs(question);
    assertThat(store.reader().approvals(RUN))
        .extracting(ApprovalRecord::status)
        .containsExactly(ApprovalStatus.WAITING);

    question.answer(true, "terminal");

    ApprovalRecord answered = question.answer().get(20, TimeUnit.SECONDS);
    assertThat(answered.status()).isEqualTo(ApprovalStatus.YES);
    assertThat(answered.answeredBy()).isEqualTo("terminal");
    assertThat(store.reader().approvals(RUN)).containsExactly(answered);
  }

  @Test
  void anAnswerFromAnotherProcessIsFound() throws Exception {
    OpenQuestion question = ask(approvals.of(RUN, null), request("deploy?"));
    awaitWaiting();
    try (Store another = Store.open(directory.resolve("workflow.sqlite"))) {
      another
          .writer()
          .answerApproval(
              question.asked().answered(ApprovalStatus.NO, "approve", Clock.systemUTC().instant()))
          .join();
    }

    assertThat(question.answer().get(20, TimeUnit.SECONDS).status()).isEqualTo(ApprovalStatus.NO);
  }

  @Test
  void theFirstAnswerStandsAndTheSecondChangesNothing() throws Exception {
    OpenQuestion question = ask(approvals.of(RUN, null), request("deploy?"));
    awaitWaiting();
    question.answer(false, "terminal");
    question.answer(true, "approve");

    assertThat(question.answer().get(20, TimeUnit.SECONDS).status()).isEqualTo(ApprovalStatus.NO);
    assertThat(store.reader().approvals(RUN))
        .extracting(ApprovalRecord::answeredBy)
        .containsExactly("terminal");
  }

  @Test
  void whenTheTimeIsOverTheDefaultHoldsOrNothingDoes() throws Exception {
    RunApprovals run = approvals.of(RUN, null);
    OpenQuestion withDefault = ask(run, timed(true));
    OpenQuestion without = ask(run, timed(null));

    ApprovalRecord byDefault = withDefault.answer().get(20, TimeUnit.SECONDS);
    assertThat(byDefault.status()).isEqualTo(ApprovalStatus.YES);
    assertThat(byDefault.answeredBy()).isEqualTo("default");
    assertThat(without.answer().get(20, TimeUnit.SECONDS).status())
        .isEqualTo(ApprovalStatus.TIMED_OUT);
  }

  @Test
  void aQuestionThatIsTakenBackWaitsNoMoreHoweverEarlyThatIs() throws Exception {
    RunApprovals run = approvals.of(RUN, null);
    OpenQuestion early = ask(run, request("one?"));
    early.withdraw();
    assertThat(early.answer().get(20, TimeUnit.SECONDS).status())
        .isEqualTo(ApprovalStatus.WITHDRAWN);
    waiting.clear();
    OpenQuestion late = ask(run, request("two?"));
    awaitWaiting();
    late.withdraw();
    assertThat(late.answer().get(20, TimeUnit.SECONDS).status())
        .isEqualTo(ApprovalStatus.WITHDRAWN);
  }

  @Test
  void aResumedRunGetsTheAnswerOfTheSameOccurrence() throws Exception {
    RunApprovals first = approvals.of(RUN, null);
    for (boolean yes : new boolean[] {true, false}) {
      ask(first, request("go on?"));
      OpenQuestion question = awaitWaiting();
      question.answer(yes, "terminal");
      question.answer().get(20, TimeUnit.SECONDS);
    }

    RunApprovals resumed = approvals.of(RESUMED, RUN);
    ApprovalRecord one = ask(resumed, request("go on?")).answer().get(20, TimeUnit.SECONDS);
    assertThat(one.status()).isEqualTo(ApprovalStatus.YES);
    assertThat(one.answeredBy()).isEqualTo(RUN);

    // The second was not asked again there, and a third one never was.
    RunApprovals again = approvals.of(AGAIN, RESUMED);
    assertThat(ask(again, request("go on?")).answer().get(20, TimeUnit.SECONDS).answeredBy())
        .isEqualTo(RESUMED);
    assertThat(ask(again, request("go on?")).answer().get(20, TimeUnit.SECONDS).status())
        .isEqualTo(ApprovalStatus.NO);
    assertThat(waiting).isEmpty();
    ask(again, request("go on?"));
    awaitWaiting();
    ask(again, request("go on, really?"));
    awaitWaiting();
    ask(again, new ApprovalRequest("go on?", "label", null, null, null, 0));
    awaitWaiting();
  }

  @Test
  void aYesToOneBranchIsNoneToAnother() throws Exception {
    ask(approvals.of(RUN, null), at(1));
    OpenQuestion question = awaitWaiting();
    question.answer(true, "terminal");
    question.answer().get(20, TimeUnit.SECONDS);

    RunApprovals resumed = approvals.of(RESUMED, RUN);
    ask(resumed, at(2));
    assertThat(awaitWaiting().asked().place()).isEqualTo(2);
    ApprovalRecord own = ask(resumed, at(1)).answer().get(20, TimeUnit.SECONDS);
    assertThat(own.status()).isEqualTo(ApprovalStatus.YES);
    assertThat(own.answeredBy()).isEqualTo(RUN);
  }

  private static ApprovalRequest at(long place) {
    return new ApprovalRequest("go on?", null, null, null, null, place);
  }

  @Test
  void whatNoPersonAnsweredIsAskedAgain() throws Exception {
    ask(approvals.of(RUN, null), timed(true)).answer().get(20, TimeUnit.SECONDS);
    waiting.clear();

    ask(approvals.of(RESUMED, RUN), request("deploy?"));

    awaitWaiting();
  }

  @Test
  void aKeyInAQuestionIsNotKept() throws Exception {
    ask(
        approvals.of(RUN, null),
        new ApprovalRequest(
            "use sk-0123456789abcdef?", "sk-0123456789abcdef", null, null, null, 0));

    assertThat(awaitWaiting().asked().toString())
        .contains("[redacted:SOME_API_KEY]")
        .doesNotContain("sk-0123456789abcdef");
  }

  @Test
  void noQuestionIsWithoutWordsOrEndless() {
    assertThatThrownBy(() -> request(" ")).hasMessageContaining("expected some text");
    assertThatThrownBy(() -> request("x".repeat(100_001)))
        .hasMessage("question: expected at most 100,000 characters, found 100,001");
  }
}
