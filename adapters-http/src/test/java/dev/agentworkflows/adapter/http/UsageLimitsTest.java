package dev.agentworkflows.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.UsageLimit;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a refusal says of a limit of hours or days. */
class UsageLimitsTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOON, ZoneOffset.UTC);
  private static final RetryAfter RETRY_AFTER = new RetryAfter(CLOCK);
  private static final long LATER = NOON.getEpochSecond() + 7_200;

  private static HttpHeaders headers(String... namesAndValues) {
    Map<String, List<String>> headers = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.put(namesAndValues[i], List.of(namesAndValues[i + 1]));
    }
    return HttpHeaders.of(headers, (name, value) -> true);
  }

  private static String json(String quoted) {
    return quoted.replace('\'', '"');
  }

  /** Of an answer with status 429. */
  private static @Nullable UsageLimit limit(String body, String... headers) {
    ErrorText text = ErrorText.of(Json.read(json(body)));
    return RETRY_AFTER.usageLimit(ErrorCause.of(429, text), headers(headers), text.json());
  }

  private static ErrorCause cause(String body) {
    return ErrorCause.of(429, ErrorText.of(Json.read(json(body))));
  }

  private static UsageLimit until(@Nullable Instant resetsAt) {
    return UsageLimit.until(resetsAt, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resets_at", "resets_in_seconds"})
  void aResetOfAnyKindOfErrorIsALimitUntilThen(String field) {
    String value = field.equals("resets_at") ? "%d".formatted(LATER) : "7200";
    UsageLimit expected = until(NOON.plusSeconds(7_200));
    assertThat(limit("{'error':{'type':'new_kind','%s':%s}}".formatted(field, value)))
        .isEqualTo(expected);
    assertThat(limit("{'type':'new_kind','%s':%s}".formatted(field, value))).isEqualTo(expected);
    assertThat(limit("{'error':{'message':'no','%s':'%s'}}".formatted(field, value)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1795442400", "1795442400000", "1.7954424e9", "'2026-11-23T14:00:00Z'"})
  void aMomentIsWrittenInManyWays(String value) {
    assertThat(limit("{'error':{'type':'usage_limit_reached','resets_at':" + value + "}}"))
        .isEqualTo(until(Instant.parse("2026-11-23T14:00:00Z")));
  }

  @Test
  void aResetSoonIsARateLimit() {
    String body = "{'error':{'resets_in_seconds':30}}";
    assertThat(limit(body)).isNull();
    assertThat(RETRY_AFTER.of(headers(), Json.read(json(body)))).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "'soon'",
        "''",
        "[]",
        "{}",
        "0",
        "-1",
        "7200",
        "1e300",
        "-1e300",
        "1595442400",
        "4000000000",
        "'7200'",
        "9223372036854775807",
        "1795442400000000"
      })
  void aMomentThatMakesNoSenseIsNoLimitOfAnUnknownError(String value) {
    assertThat(limit("{'error':{'message':'slow down','resets_at':" + value + "}}")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "'soon'", "[]", "0", "-1", "7200"})
  void aLimitThatIsNamedNeedsNoTime(String value) {
    assertThat(limit("{'error':{'type':'usage_limit_reached','resets_at':" + value + "}}"))
        .isEqualTo(until(null));
  }

  @Test
  void aSubscriptionsHeadersAreALimitOfTheLogin() {
    String[] named = {"anthropic-ratelimit-unified-reset", String.valueOf(LATER)};
    UsageLimit expected = until(NOON.plusSeconds(7_200));
    assertThat(limit("{'error':{'type':'rate_limit_error'}}", named)).isEqualTo(expected);
    assertThat(limit("{}", named[0], named[1], "anthropic-ratelimit-unified-status", "rejected"))
        .isEqualTo(expected);
    assertThat(limit("{}", named[0], named[1], "anthropic-ratelimit-unified-status", "allowed"))
        .isNull();
    assertThat(
            limit(
                "{}",
                named[0],
                named[1],
                "anthropic-ratelimit-unified-status",
                "rejected",
                "anthropic-ratelimit-unified-representative-claim",
                "seven_day_opus"))
        .isEqualTo(new UsageLimit(NOON.plusSeconds(7_200), true, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "soon", "-5", "0", "1595442400", "99999999999999", "NaN", "4000000000"})
  void aHeaderThatMakesNoSenseIsNoLimit(String value) {
    assertThat(limit("{}", "anthropic-ratelimit-unified-reset", value)).isNull();
  }

  @Test
  void aRoutersHeadersInTheErrorAreReadLikeItsOwn() {
    long midnight = Instant.parse("2026-11-24T00:00:00Z").toEpochMilli();
    String body =
        "{'error':{'message':'Rate limit exceeded: free-models-per-day','code':429,'metadata':"
            + "{'headers':{'X-RateLimit-Limit':'50','X-RateLimit-Remaining':'%s',"
            + "'X-RateLimit-Reset':'%d'}}}}";
    assertThat(limit(body.formatted("0", midnight)))
        .isEqualTo(new UsageLimit(Instant.ofEpochMilli(midnight), true, true));
    assertThat(limit(body.formatted("7", midnight))).isNull();
  }

  @Test
  void aDailyQuotaOfGooglesIsALimitUntilMidnightThere() {
    String body =
        "{'error':{'code':429,'status':'RESOURCE_EXHAUSTED','message':'You exceeded your current"
            + " quota, please check your plan and billing details. Please retry in 36s.','details':"
            + "[{'violations':[{'quotaId':'GenerateRequestsPer%sPerProjectPerModel-FreeTier',"
            + "'quotaValue':'%s'}]},{'retryDelay':'36s'}]}}";
    assertThat(limit(body.formatted("Day", "20")))
        .isEqualTo(new UsageLimit(Instant.parse("2026-11-24T08:01:00Z"), true, true));
    assertThat(limit(body.formatted("Minute", "5"))).isNull();
    assertThat(cause(body.formatted("Minute", "5"))).isEqualTo(ErrorCause.RATE);
    assertThat(cause(body.formatted("Day", "0"))).isEqualTo(ErrorCause.NO_CREDIT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "You exceeded your current quota, please check your plan and billing details. | NO_CREDIT",
        "Your credit balance is too low to access the Anthropic API. | NO_CREDIT",
        "You have reached your specified API usage limits. | NO_CREDIT",
        "You have hit your monthly spending limit. | NO_CREDIT",
        "You've hit your usage limit. | USAGE",
        "You've reached your 5-hour limit. | USAGE",
        "Weekly limit reached, try again later. | USAGE",
        "Your daily limit is used up. | USAGE",
        "Rate limit reached for requests. | RATE",
        "Rate limit reached on tokens per minute (TPM): Limit 10, Used 9. | RATE",
        "Too many requests in the time limit of a session. | RATE"
      })
  void wordsCountWhereNothingElseDoes(String message, ErrorCause cause) {
    assertThat(cause("{'error':{'message':'%s'}}".formatted(message.replace("'", "’"))))
        .isEqualTo(cause);
  }

  @Test
  void codesCountBeforeWords() {
    assertThat(cause("{'error':{'message':'usage limit','code':'insufficient_quota'}}"))
        .isEqualTo(ErrorCause.NO_CREDIT);
    assertThat(cause("{'error':{'message':'credit','type':'usage_limit_reached'}}"))
        .isEqualTo(ErrorCause.USAGE);
  }

  @Test
  void wordsOfOtherFieldsAreNotRead() {
    assertThat(cause("{'error':{'message':'slow down','prompt':'my usage limit'}}"))
        .isEqualTo(ErrorCause.RATE);
  }

  @Test
  void whateverIsSentAnUnknownErrorHoldsForAMonthAtMost() {
    String[] values = {
      "null",
      "true",
      "''",
      "'x'",
      "[]",
      "{}",
      "-1",
      "0",
      "1",
      "30",
      "7200",
      "86400",
      "1e9",
      "1595442400",
      "1795442400",
      "1795442400000",
      "4000000000",
      "1e300",
      "9223372036854775807",
      "'1795442400'",
      "'2026-11-23T14:00:00Z'",
      "'9999-12-31T23:59:59Z'",
      "'7200'",
      "'-5'",
      "'NaN'",
      "'Infinity'",
      "'36s'",
      "'9h'"
    };
    String[] names = {
      "retry-after", "retry-after-ms", "anthropic-ratelimit-unified-reset",
      "anthropic-ratelimit-unified-status", "x-ratelimit-remaining", "x-ratelimit-reset"
    };
    Random random = new Random(11);
    int limits = 0;
    for (int i = 0; i < 30_000; i++) {
      String[] five =
          random.ints(6, 0, values.length).mapToObj(n -> values[n]).toArray(String[]::new);
      String body =
          ("{'error':{'message':'slow down','resets_at':%s,'resets_in_seconds':%s,'details':"
                  + "[{'retryDelay':%s}],'metadata':{'headers':{'x-ratelimit-remaining':'0',"
                  + "'x-ratelimit-reset':%s}}},'resets_at':%s,'resets_in_seconds':%s}")
              .formatted((Object[]) five);
      List<String> sent = new ArrayList<>();
      for (String name : names) {
        if (random.nextInt(3) == 0) {
          sent.add(name);
          sent.add(values[random.nextInt(values.length)].replace("'", ""));
        }
      }
      UsageLimit limit = limit(body, sent.toArray(String[]::new));
      if (limit != null) {
        limits++;
        assertThat(limit.resetsAt())
            .as(body + sent)
            .isNotNull()
            .isBetween(NOON.plus(Duration.ofMinutes(10)), NOON.plus(Duration.ofDays(32)));
      }
    }
    assertThat(limits).isPositive();
  }
}
