package dev.agentworkflows.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);

  private static @Nullable Duration wait(String... namesAndValues) {
    Map<String, List<String>> headers = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return new RetryAfter(NOON).of(HttpHeaders.of(headers, (name, value) -> true), null);
  }

  @ParameterizedTest
  @CsvSource({
    "7, PT7S",
    "0, PT0S",
    "1.5, PT1.5S",
    "' 20 ', PT20S",
    "'Mon, 23 Nov 2026 12:00:30 GMT', PT30S",
    "'Mon, 23 Nov 2026 11:00:00 GMT', PT0S"
  })
  void retryAfterIsSecondsOrADate(String value, Duration expected) {
    assertThat(wait("retry-after", value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "99999999999", "1e9", "Mon, 99 Nov 2026"})
  void whatMakesNoSenseIsNoWait(String value) {
    assertThat(wait("retry-after", value)).isNull();
  }

  @Test
  void millisecondsAreTheMoreExactWord() {
    assertThat(wait("retry-after-ms", "1250", "retry-after", "2"))
        .isEqualTo(Duration.ofMillis(1250));
  }

  @ParameterizedTest
  @CsvSource({"1s, PT1S", "6m0s, PT6M", "120ms, PT0.12S", "1h2m3.5s, PT1H2M3.5S", "12, PT12S"})
  void aUsedUpLimitResetsAfterItsSpan(String span, Duration expected) {
    assertThat(wait("x-ratelimit-remaining-tokens", "0", "x-ratelimit-reset-tokens", span))
        .isEqualTo(expected);
  }

  @Test
  void theLatestResetOfTheUsedUpLimitsCounts() {
    assertThat(
            wait(
                "anthropic-ratelimit-requests-remaining", "0",
                "anthropic-ratelimit-requests-reset", "2026-11-23T12:00:10Z",
                "anthropic-ratelimit-output-tokens-remaining", "0",
                "anthropic-ratelimit-output-tokens-reset", "2026-11-23T12:00:40Z",
                "anthropic-ratelimit-input-tokens-remaining", "5000",
                "anthropic-ratelimit-input-tokens-reset", "2026-11-23T12:09:00Z"))
        .isEqualTo(Duration.ofSeconds(40));
  }

  @Test
  void aResetMayBeAMomentInMilliseconds() {
    long reset = NOON.millis() + 8_000;
    assertThat(wait("x-ratelimit-remaining", "0", "x-ratelimit-reset", String.valueOf(reset)))
        .isEqualTo(Duration.ofSeconds(8));
  }

  @Test
  void aLimitWithSomethingLeftIsNoReasonToWait() {
    assertThat(wait("x-ratelimit-remaining-requests", "3", "x-ratelimit-reset-requests", "60s"))
        .isNull();
  }

  /** An answer's own headers are checked by the JDK; those that an error's text lists are not. */
  @Test
  void headersOfABodyMayBeCalledAnything() {
    HttpHeaders none = HttpHeaders.of(Map.of(), (name, value) -> true);
    String body =
        """
        {"error": {"metadata": {"headers": {"": "x", " ": "x", "x-RateLimit-Remaining": 0,
          "X-RateLimit-Reset": "8s", "X-RateLimit-Reset ": "9s", "a:\\nb": [1], "c": null}}}}
        """;
    assertThat(new RetryAfter(NOON).of(none, Json.read(body))).isEqualTo(Duration.ofSeconds(8));
  }

  @Test
  void googleSaysItInTheBody() {
    HttpHeaders none = HttpHeaders.of(Map.of(), (name, value) -> true);
    String body =
        """
        {"error": {"details": [{"@type": "QuotaFailure"}, {"@type": "RetryInfo", "retryDelay": "31.5s"}]}}
        """;
    assertThat(new RetryAfter(NOON).of(none, Json.read(body))).isEqualTo(Duration.ofMillis(31_500));
  }
}
