package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.store.CallStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitLinesTest {

  private static final String RUN = "run_20261122_120000_aaaaaa";

  @Test
  void callsThatWaitForTheSameAreOneLine() {
    assertThat(
            WaitLines.of(
                List.of(
                    Records.call(RUN, 1).status(CallStatus.RUNNING).waiting("b").build(),
                    Records.call(RUN, 2).status(CallStatus.RUNNING).waiting("a").build(),
                    Records.call(RUN, 3).status(CallStatus.RUNNING).waiting("b").build(),
                    Records.call(RUN, 4).status(CallStatus.RUNNING).build())))
        .containsExactly(
            "1 call for a, since 2026-11-22T12:00:00.000Z",
            "2 calls for b, since 2026-11-22T12:00:00.000Z");
  }
}
