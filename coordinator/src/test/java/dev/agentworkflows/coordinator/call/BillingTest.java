package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BillingTest {

  private static final Usage USAGE = Usage.of(1000, 100);

  @TempDir private Path directory;

  private final RecordedEvents events = new RecordedEvents();
  private final CallMeter meter = new CallMeter();
  private CallScope scope = scope(new BudgetLimits(null, BigDecimal.ONE));
  private Prices prices;

  @BeforeEach
  void writePrices() throws IOException {
    Path file = directory.resolve("prices.json");
    Files.writeString(
        file,
        """
        {"prices": [
          {"model": "asked", "input": 1, "output": 10},
          {"model": "answering", "input": 2, "output": 20},
          {"provider": "another", "model": "", "input": 7, "output": 7}
        ]}
        """);
    prices = Prices.of(Map.of("OWF_PRICES_FILE", file.toString()));
  }

  private CallScope scope(BudgetLimits limits) {
    Path here = Path.of("/w");
    return new CallScope(
        "run_x",
        "scripted",
        null,
        CachePolicy.AUTO,
        Duration.ofSeconds(30),
        here,
        here,
        events,
        new BudgetLedger(limits),
        new Occurrences());
  }

  private Billing billing(@Nullable String askedModel) {
    Provider provider =
        Providers.of(List.of(new ScriptedAdapter(0)), Map.of("HOME", directory.toString()))
            .find("scripted")
            .orElseThrow();
    CallRequest request =
        new CallRequest(
            "p", null, null, null, null, null, null, "none", null, null, List.of(), List.of(), null,
            null, null);
    AdmittedCall call =
        new AdmittedCall(
            "run_x_call_0001",
            1,
            scope,
            request,
            null,
            provider,
            "scripted",
            askedModel,
            null,
            0,
            CachePolicy.AUTO,
            Duration.ofSeconds(30),
            Instant.EPOCH);
    return new Billing(meter, call, provider, prices);
  }

  private static AgentReply reply(@Nullable String model, Usage usage, @Nullable String cost) {
    return new AgentReply("text", model, usage, cost == null ? null : new BigDecimal(cost));
  }

  @Test
  void whatTheProviderSaysStands() {
    billing("asked").answered(reply("answering", USAGE, "0.5"));

    assertThat(meter.costUsd()).isEqualByComparingTo("0.5");
  }

  @Test
  void otherwiseTheModelThatAnsweredIsPriced() {
    billing("asked").answered(reply("answering-20261101", USAGE, null));

    assertThat(meter.costUsd()).isEqualByComparingTo("0.004");
    assertThat(meter.takeUnsettled().costUsd()).isEqualByComparingTo("0.004");
  }

  @Test
  void aModelThatNobodyPricedIsPricedAsTheOneThatWasAskedFor() {
    billing("asked").answered(reply("by another name", USAGE, null));

    assertThat(meter.costUsd()).isEqualByComparingTo("0.002");
    assertThat(events.warnings).isEmpty();
  }

  @Test
  void whatAFailedAttemptTookIsPricedToo() {
    Billing billing = billing("asked");
    billing.failed(USAGE);
    billing.failed(Usage.UNKNOWN);
    billing.answered(reply(null, USAGE, null));

    assertThat(meter.costUsd()).isEqualByComparingTo("0.004");
    assertThat(meter.usage().inputTokens()).isEqualTo(2000);
  }

  @Test
  void aModelWithoutAPriceHasNoCostAndIsToldOnceUnderABudgetOfMoney() {
    Billing billing = billing(null);
    billing.answered(reply("mystery", USAGE, null));
    billing.answered(reply("mystery", USAGE, null));
    billing.answered(reply("riddle", USAGE, null));

    assertThat(meter.costUsd()).isNull();
    assertThat(events.warnings).hasSize(2);
    assertThat(events.warnings.get(0))
        .startsWith("scripted/mystery has no price")
        .contains(prices.file().toString(), "\"model\": \"mystery\"");
  }

  @Test
  void withoutABudgetOfMoneyNobodyIsBothered() {
    scope = scope(new BudgetLimits(1000L, null));
    billing(null).answered(reply("mystery", USAGE, null));

    assertThat(meter.costUsd()).isNull();
    assertThat(events.warnings).isEmpty();
  }

  @Test
  void tokensThatNobodyCountedHaveNoCostAndAreToldUnderABudgetOfMoney() {
    billing("asked").answered(reply(null, Usage.UNKNOWN, null));

    assertThat(meter.costUsd()).isNull();
    assertThat(events.warnings)
        .singleElement()
        .asString()
        .startsWith("scripted/asked does not say how many tokens");
  }
}
