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
  private Store store;

  @BeforeEach
  void open() {
    store = Store.open(directory.resolve("workflow.sqlite"));
    store.writer().addRun(Samples.run(RUN));
    store.writer().addRun(Samples.run(OTHER));
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
    store.writer().addApproval(second);
    store.writer().addApproval(Samples.approval(RUN, 1, "go on?"));
    store.writer().addApproval(Samples.approval(OTHER, 1, "another run's")).join();

    assertThat(store.reader().approvals(RUN))
        .containsExactly(Samples.approval(RUN, 1, "go on?"), second);
  }

  @Test
  void theFirstAnswerStandsWhicheverProcessGaveIt() {
    ApprovalRecord asked = Samples.approval(RUN, 1, "go on?");
    store.writer().addApproval(asked).join();
    ApprovalRecord yes = asked.answered(ApprovalStatus.YES, "approve", NOON.plusSeconds(1));
    try (Store another = Store.open(directory.resolve("workflow.sqlite"))) {
      another.writer().answerApproval(yes).join();
    }

    store
        .writer()
        .answerApproval(asked.answered(ApprovalStatus.NO, "terminal", NOON.plusSeconds(2)))
        .join();

    assertThat(store.reader().approvals(RUN)).containsExactly(yes);
  }

  @Test
  void anAnswerToOneQuestionIsNoneToAnother() {
    ApprovalRecord first = Samples.approval(RUN, 1, "one?");
    ApprovalRecord second = Samples.approval(RUN, 2, "two?");
    store.writer().addApproval(first);
    store.writer().addApproval(second);
    store.writer().answerApproval(first.answered(ApprovalStatus.NO, "approve", NOON)).join();

    assertThat(store.reader().approvals(RUN))
        .extracting(ApprovalRecord::status)
        .containsExactly(ApprovalStatus.NO, ApprovalStatus.WAITING);
  }

  @Test
  void aQuestionOfARunThatIsNotThereIsRefused() {
    assertThatThrownBy(() ->
            store
                .writer()
                .addApproval(Samples.approval("run_20261122_140000_cccccc", 1, "?"))
                .join())
        .hasRootCauseInstanceOf(StoreException.class);
  }
}
