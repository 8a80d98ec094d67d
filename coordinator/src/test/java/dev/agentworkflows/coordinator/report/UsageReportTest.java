package dev.agentworkflows.coordinator.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.UsageRecord;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class UsageReportTest {

  private static final LocalDate MONDAY = LocalDate.of(2026, 11, 23);

  private final UsageReport report =
      new UsageReport(
          List.of(
              usage(MONDAY, "openai", "gpt", 2, 0, "0.5"),
              usage(MONDAY, "codex", null, 1, 1, "0"),
              usage(MONDAY.plusDays(1), "openai", "gpt", 3, 0, "0.25"),
              usage(MONDAY.plusDays(1), "openai", "o", 1, 0, "1")),
          Map.of(MONDAY, 4L, MONDAY.plusDays(2), 1L));

  /** Each call took 10 tokens in, 4 of them cached and 3 written to the cache, and 2 out. */
  private static UsageRecord usage(
      LocalDate day,
      String provider,
      @Nullable String model,
      long calls,
      long unpriced,
      String cost) {
    return new UsageRecord(
        day,
        provider,
        model,
        calls,
        unpriced,
        calls * 10,
        calls * 2,
        calls * 4,
        calls * 3,
        new BigDecimal(cost));
  }

  private static String paid(int calls, int unpriced, String cost) {
    return """
    "calls": %d, "input_tokens": %d, "output_tokens": %d, "cache_read_tokens": %d,
    "cache_write_tokens": %d, "cost_usd": %s, "unpriced_calls": %d
    """
        .formatted(calls, calls * 10, calls * 2, calls * 4, calls * 3, cost, unpriced);
  }

  private static String compact(String json) {
    return Json.write(Json.read(json));
  }

  @Test
  void programsGetTotalsByProviderAndByModel() {
    assertThat(Json.write(report.json(false)))
        .isEqualTo(
            compact(
                """
                {"runs": 5, "totals": {%s},
                 "by_provider": [{"provider": "codex", %s}, {"provider": "openai", %s}],
                 "by_model": [{"provider": "codex", "model": null, %s},
                   {"provider": "openai", "model": "gpt", %s},
                   {"provider": "openai", "model": "o", %s}]}
                """
                    .formatted(
                        paid(7, 1, "1.75"),
                        paid(1, 1, "0"),
                        paid(6, 0, "1.75"),
                        paid(1, 1, "0"),
                        paid(5, 0, "0.75"),
                        paid(1, 0, "1"))));
  }

  @Test
  void daysHaveTheirRunsAndWhatTheyCost() {
    assertThat(Json.write(report.json(true).get("by_day")))
        .isEqualTo(
            compact(
                "[{\"day\": \"2026-11-23\", \"runs\": 4, %s}, {\"day\": \"2026-11-24\", \"runs\": 0, %s}, {\"day\": \"2026-11-25\", \"runs\": 1, %s}]"
                    .formatted(paid(3, 1, "0.5"), paid(4, 0, "1.25"), paid(0, 0, "0"))));
  }

  @Test
  void peopleGetALineForEachModelAndAreToldWhatIsMissing() {
    assertThat(report.lines(false))
        .satisfiesExactly(
            line -> assertThat(line).contains("provider", "model", "US dollars"),
            line -> assertThat(line).matches("codex +- +1 +10 +2 +0\\+"),
            line -> assertThat(line).matches("openai +gpt +5 +50 +10 +0.75"),
            line -> assertThat(line).matches("openai +o +1 +10 +2 +1"),
            line -> assertThat(line).matches("total +5 runs +7 +70 +14 +1.75\\+"),
            line -> assertThat(line).startsWith("+ without what 1 of the calls cost"));
  }

  @Test
  void peopleGetALineForEachDay() {
    assertThat(report.lines(true))
        .satisfiesExactly(
            line -> assertThat(line).contains("day (UTC)", "runs"),
            line -> assertThat(line).matches("2026-11-23 +4 +3 .* 0.5\\+"),
            line -> assertThat(line).matches("2026-11-24 +0 +4 .* 1.25"),
            line -> assertThat(line).matches("2026-11-25 +1 +0 .* 0"),
            line -> assertThat(line).startsWith("total"),
            line -> assertThat(line).startsWith("+ without"));
  }

  @Test
  void aSumIsShownWithoutZerosAtItsEnd() {
    UsageReport sums =
        new UsageReport(
            List.of(
                usage(MONDAY, "p", "a", 1, 0, "0.5"),
                usage(MONDAY, "p", "b", 1, 0, "9.500000000"),
                usage(MONDAY, "q", "c", 1, 0, "90")),
            Map.of());

    assertThat(Json.write(sums.json(false).at("/totals/cost_usd"))).isEqualTo("100");
    assertThat(sums.lines(false)).last().asString().endsWith(" 100");
  }

  @Test
  void nothingPaidIsAReportToo() {
    UsageReport empty = new UsageReport(List.of(), Map.of());

    assertThat(empty.json(true).get("by_day")).isEmpty();
    assertThat(empty.json(true).get("totals").get("cost_usd").decimalValue()).isZero();
    assertThat(empty.lines(false)).hasSize(2);
  }
}
