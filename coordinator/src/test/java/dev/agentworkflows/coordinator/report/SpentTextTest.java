package dev.agentworkflows.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.RunRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpentTextTest {

  private static final String RUN = "run_20261122_120000_aaaaaa";

  private final RunRecord first = Records.run(RUN).budgetTokens(1_000).build();
  private final RunRecord resumed =
      Records.run(RUN)
          .resumedFrom("run_20261122_110000_bbbbbb")
          .budgetTokens(1_000)
          .spentEarlier(400, "1")
          .build();

  @Test
  void aRunThatResumesNothingSpentItsOwn() {
    assertThat(SpentText.of(first.budget())).isEqualTo("30 tokens of 1,000, $0.2500");
    assertThat(SpentText.ofTheJob(first.budget())).isEmpty();
  }

  @Test
  void aResumesBudgetIsTheJobs() {
    assertThat(SpentText.of(resumed.budget()))
        .isEqualTo("30 tokens, $0.2500; with earlier attempts 430 tokens of 1,000, $1.25");
    assertThat(SpentText.ofTheJob(resumed.budget())).contains("430 tokens with earlier attempts");
  }

  @Test
  void listsTellBoth() {
    assertThat(LiveRun.runs(List.of(resumed))).contains("30", "430 tokens with earlier attempts");
    assertThat(LiveRun.runs(List.of(first))).doesNotContain("earlier attempts");
    assertThat(RunJson.of(resumed).required("budget_job_spent_tokens").longValue()).isEqualTo(430);
    assertThat(RunJson.of(resumed).required("budget_spent_tokens").longValue()).isEqualTo(30);
  }
}
