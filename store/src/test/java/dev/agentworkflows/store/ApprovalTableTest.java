package dev.agentworkflows.store;

import static dev.agentworkflows.store.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ApprovalTableTest {
  private static final String RUN = "run_20261122_120000_aaaaaa";
  private static final String OTHER = "run_20261122_130000_bbbbbb";

  @TempDir Path directory;
  private RunStore store;

  @BeforeEach
  void open() {
    store = RunStore.open(directory.resolve("workflow.sqlite"));
    store.addRun(Samples.run(RUN));
    store.addRun(Samples.run(OTHER));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void questionsComeBackInOrderAsTheyWereAsked() {
    ApprovalRecord second =
        new ApprovalRecord(
            RUN, 2, "deploy \ud800?", "deploy", "late", ApprovalStatus.WAITING, null, NOON, null);
    store.addApproval(second);
    store.addApproval(Samples.approval(RUN, 1, "go on?"));
    store.addApproval(Samples.approval(OTHER, 1, "another run's")).join();

    assertThat(store.approvals(RUN)).containsExactly(Samples.approval(RUN, 1, "go on?"), second);
  }

  @Test
  void theFirstAnswerStandsWhicheverProcessGaveIt() {
    ApprovalRecord asked = Samples.approval(RUN, 1, "go on?");
    store.addApproval(asked).join();
    ApprovalRecord yes = asked.answered(ApprovalStatus.YES, "approve", NOON.plusSeconds(1));
    try (RunStore another = RunStore.open(directory.resolve("workflow.sqlite"))) {
      another.answerApproval(yes).join();
    }

    store.answerApproval(asked.answered(ApprovalStatus.NO, "terminal", NOON.plusSeconds(2))).join();

    assertThat(store.approvals(RUN)).containsExactly(yes);
  }

  @Test
  void anAnswerToOneQuestionIsNoneToAnother() {
    ApprovalRecord first = Samples.approval(RUN, 1, "one?");
    ApprovalRecord second = Samples.approval(RUN, 2, "two?");
    store.addApproval(first);
    store.addApproval(second);
    store.answerApproval(first.answered(ApprovalStatus.NO, "approve", NOON)).join();

    assertThat(store.approvals(RUN))
        .extracting(ApprovalRecord::status)
        .containsExactly(ApprovalStatus.NO, ApprovalStatus.WAITING);
  }

  @Test
  void aQuestionOfARunThatIsNotThereIsRefused() {
    assertThatThrownBy(
            () -> store.addApproval(Samples.approval("run_20261122_140000_cccccc", 1, "?")).join())
        .hasRootCauseInstanceOf(StoreException.class);
  }
}
