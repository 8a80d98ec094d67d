package dev.agentworkflows.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.UsageWindow;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What headers say of a window before its limit is reached. */
class UsageHeadersTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant LATER = NOON.plusSeconds(7_200);
  private static final UsageHeaders HEADERS = new UsageHeaders(Clock.fixed(NOON, ZoneOffset.UTC));
  private static final String UNIFIED = "anthropic-ratelimit-unified-";

  private static List<UsageWindow> windows(Map<String, String> headers) {
    Map<String, List<String>> all = new HashMap<>();
    headers.forEach((name, value) -> all.put(name, List.of(value)));
    return HEADERS.windows(HttpHeaders.of(all, (name, value) -> true));
  }

  @Test
  void aSubscriptionsWindowsAreRead() {
    assertThat(
            windows(
                Map.of(
                    "Anthropic-Ratelimit-Unified-5h-Utilization",
                    "0.97",
                    UNIFIED + "5h-reset",
                    String.valueOf(LATER.getEpochSecond()),
                    UNIFIED + "5h-status",
                    "allowed_warning",
                    UNIFIED + "7d-utilization",
                    "0.4",
                    UNIFIED + "status",
                    "allowed_warning",
                    UNIFIED + "representative-claim",
                    "five_hour")))
        .containsExactlyInAnyOrder(
            new UsageWindow("five_hour", 0.97, LATER), new UsageWindow("seven_day", 0.4, null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "7d_opus-utilization",
        "7d_sonnet-utilization",
        "7d_oi-utilization",
        "7d-sonnet-utilization",
        "overage-utilization",
        "fallback-percentage",
        "grace-5h-utilization"
      })
  void theWindowOfAModelOrOfMoneyIsNotTheLogins(String name) {
    assertThat(windows(Map.of(UNIFIED + name, "0.99"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1795442400", "1795442400000", "1795442400.5", "2026-11-23T14:00:00Z"})
  void aResetIsWrittenInManyWays(String reset) {
    assertThat(windows(Map.of(UNIFIED + "5h-utilization", "0.97", UNIFIED + "5h-reset", reset)))
        .singleElement()
        .satisfies(window -> assertThat(window.resetsAt()).isBetween(LATER, LATER.plusMillis(500)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "soon", "-1795442400", "99999999999999999999", "1e300", "NaN"})
  void aResetThatMakesNoSenseIsUnknown(String reset) {
    assertThat(windows(Map.of(UNIFIED + "5h-utilization", "0.97", UNIFIED + "5h-reset", reset)))
        .containsExactly(new UsageWindow("five_hour", 0.97, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "97%", "-0.97", "NaN", "Infinity", "1e300", "0x1p3", "0.97, 0.98"})
  void aUseThatMakesNoSenseIsNone(String used) {
    assertThat(windows(Map.of(UNIFIED + "5h-utilization", used))).isEmpty();
  }

  @Test
  void aKeysDayIsAWindowAndAMinuteIsNone() {
    String inMilliseconds = String.valueOf(LATER.toEpochMilli());
    assertThat(
            windows(
                Map.of(
                    "X-RateLimit-Limit", "50",
                    "X-RateLimit-Remaining", "2",
                    "X-RateLimit-Reset", inMilliseconds)))
        .containsExactly(new UsageWindow("requests", 0.96, LATER));
    String soon = String.valueOf(NOON.plusSeconds(60).toEpochMilli());
    assertThat(
            windows(
                Map.of(
                    "x-ratelimit-limit", "50",
                    "x-ratelimit-remaining", "2",
                    "x-ratelimit-reset", soon)))
        .isEmpty();
    assertThat(
            windows(
                Map.of(
                    "x-ratelimit-limit", "0",
                    "x-ratelimit-remaining", "0",
                    "x-ratelimit-reset", inMilliseconds)))
        .isEmpty();
  }

  @Test
  void limitsOfAModelSlowNothingElseDown() {
    String reset = String.valueOf(LATER.getEpochSecond());
    assertThat(
            windows(
                Map.of(
                    "x-ratelimit-limit-requests", "14400",
                    "x-ratelimit-remaining-requests", "3",
                    "x-ratelimit-reset-requests", reset,
                    "anthropic-ratelimit-requests-limit", "50",
                    "anthropic-ratelimit-requests-remaining", "1",
                    "anthropic-ratelimit-requests-reset", reset)))
        .isEmpty();
  }

  @Test
  void anyHeaderMayBeAnything() {
    String[] values = {
      "",
      "0",
      "1",
      "0.97",
      "-1",
      "97",
      "1e9",
      "NaN",
      "soon",
      "1795442400",
      "1795442400000",
      "999999999999999",
      "0.00000000000000000001",
      "2026-11-23T14:00:00Z",
      "2026-99-99T99:00:00Z",
      "+1000000000-01-01T00:00:00Z",
      "ü",
      "0,97",
      "true",
      "[]"
    };
    String[] names = {
      UNIFIED + "5h-utilization",
      UNIFIED + "5h-reset",
      UNIFIED + "7d-utilization",
      UNIFIED + "7d-reset",
      "x-ratelimit-limit",
      "x-ratelimit-remaining",
      "x-ratelimit-reset"
    };
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      Map<String, String> headers = new HashMap<>();
      for (String name : names) {
        if (random.nextInt(3) > 0) {
          headers.put(name, values[random.nextInt(values.length)]);
        }
      }
      assertThat(windows(headers))
          .as(headers.toString())
          .allMatch(window -> Set.of("five_hour", "seven_day", "requests").contains(window.name()))
          .allMatch(window -> Double.isFinite(window.utilization()));
    }
  }
}
