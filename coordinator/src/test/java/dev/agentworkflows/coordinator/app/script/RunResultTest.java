package dev.agentworkflows.coordinator.app.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.run.RunHandle.Outcome;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.RunRecord;
import org.junit.jupiter.api.Test;

class RunResultTest {

  @Test
  void aRunThatWasOpenHasAResultHoweverItEnded() {
    RunRecord run = Records.run("run_1").build();

    assertThat(RunResult.of(new Outcome.Ended(run))).isEqualTo(new RunResult.Ended(run));
    assertThat(RunResult.of(new Outcome.Unstored("run_1", "disk full")))
        .isEqualTo(new RunResult.Unstored("run_1", "disk full"));
  }

  @Test
  void aScriptThatCannotBeRunIsRefusedInItsOwnWords() {
    RefusedException refused =
        catchThrowableOfType(
            RefusedException.class, () -> RunResult.of(new Outcome.Rejected("there is no main")));

    assertThat(refused.refusal()).contains(new ScriptRefusal.Rejected("there is no main"));
  }
}
