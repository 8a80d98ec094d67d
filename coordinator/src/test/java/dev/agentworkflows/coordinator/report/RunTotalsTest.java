package dev.agentworkflows.coordinator.report;

import static dev.agentworkflows.coordinator.testing.Records.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.report.RunTotals.ModelTotals;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallStatus;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTotalsTest {

  @Test
  void everyCallIsCountedOnce() {
    RunTotals totals =
        RunTotals.of(
            List.of(
                call("r", 1).build(),
                call("r", 2).cache(CacheStatus.HIT).build(),
                call("r", 3).cache(CacheStatus.BYPASSED).build(),
                call("r", 4).status(CallStatus.TIMEOUT).build(),
                call("r", 5).status(CallStatus.RUNNING).build()));

    assertThat(totals.calls()).isEqualTo("5 calls: 2 done, 1 cached, 1 failed, 1 not finished");
  }

  @Test
  void answersFromMemoryCostNothing() {
    RunTotals totals =
        RunTotals.of(List.of(call("r", 1).build(), call("r", 2).cache(CacheStatus.HIT).build()));

    assertThat(totals.inputTokens()).isEqualTo(100);
    assertThat(totals.outputTokens()).isEqualTo(20);
    assertThat(totals.byModel()).extracting(ModelTotals::calls).containsExactly(1);
  }

  @Test
  void spendingIsAddedUpByProviderAndModel() {
    RunTotals totals =
        RunTotals.of(
            List.of(
                call("r", 1).provider("openai", "gpt").build(),
                call("r", 2).provider("openrouter", "gpt").cost(null).build(),
                call("r", 3).provider("openai", "gpt").build(),
                call("r", 4).provider("openai", null).build()));

    assertThat(totals.byModel())
        .containsExactly(
            new ModelTotals("openai", "gpt", 2, 200L, 40L, new BigDecimal("0.0250")),
            new ModelTotals("openrouter", "gpt", 1, 100L, 20L, null),
            new ModelTotals("openai", null, 1, 100L, 20L, new BigDecimal("0.0125")));
  }

  @Test
  void withoutCallsNothingIsKnown() {
    assertThat(RunTotals.of(List.of()).inputTokens()).isNull();
    assertThat(RunTotals.of(List.of()).calls()).isEqualTo("0 calls: 0 done, 0 cached, 0 failed");
  }
}
