package dev.agentworkflows.coordinator.report;

import static dev.agentworkflows.coordinator.testing.Records.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class BreakdownTest {

  private static final List<CallRecord> CALLS =
      List.of(
          call("r", 1).phase("b").provider("openai", "gpt").build(),
          call("r", 2).phase("b").cache(CacheStatus.HIT).build(),
          call("r", 3).phase(null).status(CallStatus.TIMEOUT).cost(null).build());

  @Test
  void groupsComeInTheOrderOfFirstUse() {
    assertThat(Breakdown.by(Breakdown::phase, CALLS))
        .extracting(Breakdown::name, Breakdown::calls, Breakdown::done, Breakdown::failed)
        .containsExactly(tuple("b", 2, 1, 0), tuple("(no phase)", 1, 0, 1));
    assertThat(Breakdown.by(Breakdown::model, CALLS))
        .extracting(Breakdown::name)
        .containsExactly("openai / gpt", "fake / fake");
  }

  @Test
  void answersFromMemoryCostNeitherTokensNorTime() {
    Breakdown phase = Breakdown.by(Breakdown::phase, CALLS).get(0);

    assertThat(phase.cached()).isEqualTo(1);
    assertThat(phase.inputTokens()).isEqualTo(100);
    assertThat(phase.providerMillis()).isEqualTo(1_234);
  }

  @Test
  void whatNobodySaidIsNotKnown() {
    assertThat(Breakdown.by(Breakdown::phase, CALLS).get(1).costUsd()).isNull();
  }
}
