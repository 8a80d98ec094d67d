package dev.agentworkflows.coordinator.report;

import static dev.agentworkflows.coordinator.testing.Records.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NextStepTest {

  @ParameterizedTest
  @EnumSource(
      value = RunStatus.class,
      names = {"FAILED", "INTERRUPTED", "CANCELLED", "BUDGET_EXCEEDED"})
  void aRunThatDidNotFinishCanBeResumed(RunStatus status) {
    assertThat(command(run("run_1").status(status).build())).contains("owf resume run_1");
  }

  @Test
  void aRunThatIsDoneOrGoesOnNeedsNothing() {
    assertThat(NextStep.of(run("run_1").build())).isEmpty();
    assertThat(NextStep.of(run("run_1").status(RunStatus.RUNNING).build())).isEmpty();
  }

  @Test
  void aRunWithoutBudgetLeftNeedsMore() {
    assertThat(command(run("run_1").status(RunStatus.BUDGET_EXCEEDED).budgetTokens(500).build()))
        .contains("owf resume run_1 --budget-tokens 1000");
  }

  @Test
  void aChildIsResumedWithItsParent() {
    assertThat(command(run("run_2").parent("run_1").status(RunStatus.FAILED).build()))
        .contains("owf resume run_1");
  }

  private static Optional<String> command(RunRecord run) {
    return NextStep.of(run).map(NextStep::command);
  }
}
