package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.option.CheckedOptions;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.testing.Requests;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BillingTest {

  private static final Usage USAGE = Usage.of(1000, 100);

  @TempDir private Path directory;

  private final RecordedEvents events = new RecordedEvents();
  private final CallMeter meter = new CallMeter();
  private RunContext scope = scope(new BudgetLimits(null, BigDecimal.ONE));
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

  private RunContext scope(BudgetLimits limits) {
    Path here = Path.of("/w");
    return new RunContext(
        "run_x",
        "scripted",
        null,
        CachePolicy.AUTO,
        Duration.ofSeconds(30),
        Duration.ZERO,
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
    CallRequest request = Requests.of("p").build();
    AdmittedCall call =
        new AdmittedCall(
            "run_x_call_0001",
            1,
            scope,
            request,
            null,
            List.of(new Target(provider, "scripted", askedModel)),
            null,
            0,
            CachePolicy.AUTO,
            Duration.ofSeconds(30),
            Instant.EPOCH,
            CheckedOptions.NONE,
            null);
    AgentCall agentCall =
        new AgentCall(
            "run_x_call_0001",
            "p".repeat(100),
            null,
            askedModel,
            null,
            directory,
            null,
            false,
            List.of(),
            List.of(),
            null,
            null,
            Duration.ofSeconds(30));
    return new Billing(
        meter,
        call,
        provider,
        askedModel,
        prices,
        new PromptSize(agentCall, CheckedOptions.NONE, false));
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
  void whatTookNothingCostsNothingWhereTheModelHasAPrice() {
    AdapterException refused =
        new AdapterException(Kind.PERMANENT, "no", null, Usage.of(0, 0), null);
    billing("nobody-priced").failed(refused);
    assertThat(meter.costUsd()).isNull();
    assertThat(meter.totalCostUsd()).as("a refusal is free").isEqualByComparingTo("0");

    billing("asked").failed(refused);
    assertThat(meter.costUsd()).isEqualByComparingTo("0");
    assertThat(meter.usage()).isEqualTo(Usage.UNKNOWN);
  }

  @Test
  void whatHasNoPriceIsNotFreeForARefusalBeside() {
    AdapterException refused =
        new AdapterException(Kind.PERMANENT, "no", null, Usage.of(0, 0), null);
    billing("nobody-priced").failed(refused);
    billing("nobody-priced").answered(reply("mystery", USAGE, null));
    assertThat(meter.totalCostUsd()).isNull();
  }

  @Test
  void whatIsStoppedIsPricedAsTheModelThatWasAtWork() {
    meter.startAttempt();
    meter.answering("answering");
    billing(null).abandoned();
    assertThat(meter.totalCostUsd()).isEqualByComparingTo("0.00006");
    assertThat(events.warnings).singleElement().asString().startsWith("scripted/answering has ");

    meter.startAttempt();
    assertThat(meter.answering()).as("another attempt may have another").isNull();
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

  private static AdapterException failure(Kind kind, Usage usage) {
    return new AdapterException(kind, "no", null, usage, null);
  }

  @Test
  void whatAFailedAttemptTookIsPricedToo() {
    billing("asked").failed(failure(Kind.PERMANENT, USAGE));
    billing("asked").failed(failure(Kind.PERMANENT, Usage.UNKNOWN));
    billing("asked").answered(reply(null, USAGE, null));

    assertThat(meter.costUsd()).isEqualByComparingTo("0.004");
    assertThat(meter.usage().inputTokens()).isEqualTo(2000);
  }

  @Test
  void whatAFailureCostByItsProvidersOwnWordStands() {
    billing("asked").failed(failure(Kind.PERMANENT, USAGE).billed(USAGE, new BigDecimal("0.05")));

    assertThat(meter.costUsd()).isEqualByComparingTo("0.05");
    assertThat(meter.usage().billedTokens()).isEqualTo(1100);
  }

  @ParameterizedTest
  @CsvSource({"TRANSIENT, 30", "TIMEOUT, 30", "PERMANENT, 0", "RATE_LIMITED, 0", "NOT_SENT, 0"})
  void aFailureWithoutUsageCountsItsPromptUnlessItWasRefused(Kind kind, long tokens) {
    billing("asked").failed(failure(kind, Usage.UNKNOWN));

    assertThat(meter.usage().billedTokens()).isEqualTo(tokens);
    assertThat(events.warnings).hasSize(tokens > 0 ? 1 : 0);
  }

  @Test
  void anAnswerThatFailedIsEstimatedWhateverItsKind() {
    billing("asked").failed(failure(Kind.PERMANENT, Usage.UNKNOWN).billed(Usage.UNKNOWN, null));

    assertThat(meter.usage().billedTokens()).isEqualTo(30);
  }

  @Test
  void anAdapterThatKnowsThatNothingWasBilledIsBelieved() {
    billing("asked").failed(failure(Kind.TRANSIENT, Usage.of(0, 0)));

    assertThat(meter.usage()).isEqualTo(Usage.UNKNOWN);
    assertThat(events.warnings).isEmpty();
  }

  @Test
  void anAttemptThatWasGivenUpIsCountedOnce() {
    Billing billing = billing("asked");
    billing.abandoned();
    billing.answered(reply(null, USAGE, null));

    assertThat(meter.usage().billedTokens()).isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, -, 30, 2, does not say what",
        "0, 0, 0, 30, 2, does not say what",
        "-, -, 900, 898, 2, in all",
        "500, -, 900, 500, 400, in all",
        "-, 100, 900, 800, 100, in all",
        "500, -, -, 500, 2, write",
        "-, 100, -, 30, 100, read",
        "500, 0, -, 500, 2, write",
        "500, 100, 700, 500, 200, -",
        "500, 100, 100, 500, 100, -",
      })
  void whatIsMissingIsEstimatedCountedAndReportedOnce(
      @Nullable Long input,
      @Nullable Long output,
      @Nullable Long total,
      long countedInput,
      long countedOutput,
      @Nullable String warning) {
    Usage reported = new Usage(input, output, null, null, total);
    billing("asked").answered(reply(null, reported, null));
    Usage once = meter.usage();
    billing("asked").answered(reply(null, reported, null));

    assertThat(once).isEqualTo(Usage.of(countedInput, countedOutput));
    if (warning == null) {
      assertThat(events.warnings).isEmpty();
    } else {
      assertThat(events.warnings)
          .singleElement()
          .asString()
          .startsWith("scripted/asked")
          .contains(warning);
    }
  }

  @Test
  void aModelWithoutAPriceHasNoCostAndIsToldOnceUnderABudgetOfMoney() {
    billing(null).answered(reply("mystery", USAGE, null));
    billing(null).answered(reply("mystery", USAGE, null));
    billing(null).answered(reply("riddle", USAGE, null));

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
  void tokensThatNobodyCountedAreEstimatedAndPriced() {
    billing("asked").answered(reply(null, Usage.UNKNOWN, null));

    assertThat(meter.costUsd()).isEqualByComparingTo("0.00005");
    assertThat(events.warnings).singleElement().asString().contains("estimated");
  }
}
