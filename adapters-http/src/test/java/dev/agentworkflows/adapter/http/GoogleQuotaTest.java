package dev.agentworkflows.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.adapter.http.GoogleQuota.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoogleQuotaTest {

  private static GoogleQuota of(String details) {
    return GoogleQuota.of(
        Json.read(
            ("{'error':{'code':429,'status':'RESOURCE_EXHAUSTED','details':" + details + "}}")
                .replace('\'', '"')));
  }

  private static String violation(String id, String value) {
    return "{'quotaId':'%s','quotaValue':'%s'}".formatted(id, value);
  }

  private static String violations(String... all) {
    return "[{'@type':'RetryInfo','retryDelay':'36s'},{'@type':'QuotaFailure','violations':["
        + String.join(",", all)
        + "]}]";
  }

  @ParameterizedTest
  @CsvSource({
    "GenerateRequestsPerDayPerProjectPerModel-FreeTier, 20, DAY, true",
    "GenerateRequestsPerMinutePerProjectPerModel-FreeTier, 5, MINUTES, true",
    "GenerateContentInputTokensPerModelPerMinute-FreeTier, 250000, MINUTES, true",
    "GenerateContentPaidTierInputTokensPerModelPerMinute, 4000000, MINUTES, true",
    "GenerateRequestsPerDayPerProject, 1000, DAY, false",
    "generate_requests_per_day, 1000, DAY, false",
    "GenerateRequestsPerDayPerProjectPerModel-FreeTier, 0, NOTHING, false",
    "SomethingNew, 7, MINUTES, false",
    "'', 7, UNKNOWN, false"
  })
  void theQuotasIdSaysWhatItIs(String id, String value, Span span, boolean ofModel) {
    GoogleQuota quota = of(violations(violation(id, value)));
    assertThat(quota.span()).isEqualTo(span);
    assertThat(quota.isDaily() && quota.ofModel()).isEqualTo(span == Span.DAY && ofModel);
  }

  @Test
  void ofSeveralQuotasTheLongestCounts() {
    String minute = violation("RequestsPerMinutePerProjectPerModel", "5");
    String day = violation("RequestsPerDayPerProjectPerModel", "20");
    String ofAll = violation("RequestsPerDayPerProject", "50");
    String nothing = violation("RequestsPerDayPerProjectPerModel", "0");
    assertThat(of(violations(minute, day))).isEqualTo(new GoogleQuota(Span.DAY, true));
    assertThat(of(violations(day, minute))).isEqualTo(new GoogleQuota(Span.DAY, true));
    assertThat(of(violations(day, ofAll))).isEqualTo(new GoogleQuota(Span.DAY, false));
    assertThat(of(violations(day, nothing, minute)).span()).isEqualTo(Span.NOTHING);
  }

  @Test
  void cloudSaysItAsMetadata() {
    assertThat(
            of(
                "[{'reason':'RATE_LIMIT_EXCEEDED','metadata':{'quota_limit':'Gemini25ProRequestsPerDay',"
                    + "'quota_limit_value':'100'}}]"))
        .isEqualTo(new GoogleQuota(Span.DAY, false));
  }

  @ParameterizedTest
  @CsvSource({
    // Summer time there, winter time there, the two days that change it, and the year's end.
    "2026-07-31T12:00:00Z, 2026-08-01T07:01:00Z",
    "2026-11-29T20:00:00Z, 2026-11-30T08:01:00Z",
    "2026-11-01T12:00:00Z, 2026-11-02T08:01:00Z",
    "2026-03-08T12:00:00Z, 2026-03-09T07:01:00Z",
    "2027-01-01T07:59:59Z, 2027-01-01T08:01:00Z",
    // Right after midnight yesterday's may be meant.
    "2026-11-29T08:00:01Z, 2026-11-29T08:30:00Z",
    "2026-11-29T08:29:59Z, 2026-11-29T08:30:00Z",
    "2026-11-29T08:30:00Z, 2026-11-30T08:01:00Z"
  })
  void aDayEndsAtMidnightInCalifornia(Instant now, Instant reset) {
    assertThat(GoogleQuota.resetsAt(now)).isEqualTo(reset);
  }

  @Test
  void theResetIsAlwaysAheadAndWithinADay() {
    Random random = new Random(3);
    for (int i = 0; i < 10_000; i++) {
      Instant now =
          Instant.parse("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(1_000_000_000));
      assertThat(GoogleQuota.resetsAt(now))
          .isAfter(now)
          .isBefore(now.plus(Duration.ofHours(25).plusMinutes(2)));
    }
  }

  @Test
  void anyFieldMayBeAnything() {
    String[] values = {
      "null",
      "true",
      "''",
      "0",
      "'0'",
      "-1",
      "1e300",
      "[]",
      "{}",
      "[{}]",
      "['RequestsPerDay']",
      "'RequestsPerDay'",
      "'RequestsPerMinute'",
      "{'model':7}",
      "{'model':'m'}",
      "{'quotaId':1}",
      "[{'quotaId':'RequestsPerDay','quotaValue':[0]}]",
      "{'quota_limit':'XPerDay'}"
    };
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      String detail =
          "{'violations':[{'quotaId':%s,'quotaValue':%s,'quotaDimensions':%s},%s],'metadata':%s}"
              .formatted(random.ints(5, 0, values.length).mapToObj(n -> values[n]).toArray());
      String any = values[random.nextInt(values.length)];
      String other = values[random.nextInt(values.length)];
      assertThat(of("[" + detail + "," + any + "]").span()).isNotNull();
      assertThat(of("[{'violations':" + any + ",'metadata':" + other + "}]").span()).isNotNull();
      assertThat(of(any).span()).isNotNull();
    }
    assertThat(GoogleQuota.of(Json.read("[]")).span()).isEqualTo(Span.UNKNOWN);
    assertThat(GoogleQuota.of(null).span()).isEqualTo(Span.UNKNOWN);
  }
}
