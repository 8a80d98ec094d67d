package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times in words are meant to be over a minute later: programs cut the seconds off. */
class ResetTimeTest {

  private static ResetTime at(String now) {
    return new ResetTime(Clock.fixed(Instant.parse(now), ZoneId.of("Europe/Berlin")));
  }

  @Test
  void theOlderTextNamesTheSecond() {
    assertThat(at("2025-08-21T16:00:00Z").in("Claude AI usage limit reached|1755806400"))
        .contains(Instant.parse("2025-08-21T20:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "You've hit your session limit · resets 9am (Europe/Berlin); 2026-08-20T07:01:00Z",
        "You've hit your session limit · resets 9:30pm (America/New_York); 2026-08-21T01:31:00Z",
        "You've hit your weekly limit · resets Aug 24, 1pm (Europe/Berlin); 2026-08-24T11:01:00Z",
        "You've hit your weekly limit · resets Jan 2 at 1pm (UTC); 2027-01-02T13:01:00Z",
        "try again at Aug 20th, 2026 11:50 AM.; 2026-08-20T09:51:00Z",
        "You've hit your usage limit. … or try again at 12:16 PM; 2026-08-20T10:17:00Z",
        "try again at 1:00 AM; 2026-08-20T23:01:00Z",
        "try again at 12:05 AM; 2026-08-20T22:06:00Z",
        "try again at 14:30; 2026-08-20T12:31:00Z",
        "Try again in 3 days 4 hours 22 minutes.; 2026-08-23T09:22:00Z",
        "try again in 5 minutes; 2026-08-20T05:05:00Z",
        "Your quota will reset after 5h23m10s.; 2026-08-20T10:23:10Z",
        "Your limit resets at 21:00 UTC; 2026-08-20T21:01:00Z",
        "try again at 9:00 AM PDT.; 2026-08-20T16:01:00Z",
        "try again at Aug 21st, 2026 9:00 PM (PST); 2026-08-22T04:01:00Z",
        "resets 9pm America/New_York; 2026-08-21T01:01:00Z",
        "resets at 21:00 +05:30; 2026-08-20T15:31:00Z",
        "try again at 2026-08-20 21:00; 2026-08-20T19:01:00Z",
        "Limit resets on 2026-08-20 21:00 UTC.; 2026-08-20T21:01:00Z",
        "resets at: 2026-08-20T21:00:30.123+02:00; 2026-08-20T19:00:30Z",
        "{\"resets_at\": \"2026-08-20T21:00:00Z\"}; 2026-08-20T21:00:00Z",
        "{\"type\":\"usage_limit_reached\",\"resets_at\":1787212800}; 2026-08-20T08:00:00Z",
        "{\"type\":\"usage_limit_reached\",\"resets_in_seconds\":90}; 2026-08-20T05:01:30Z",
      })
  void aTextNamesTheTime(String text, Instant expected) {
    assertThat(at("2026-08-20T05:00:00Z").in(text)).contains(expected);
  }

  @Test
  void aTimeThatIsJustOverIsNotTomorrows() {
    assertThat(at("2026-08-20T10:20:30Z").in("try again at 12:16 PM"))
        .contains(Instant.parse("2026-08-20T10:17:00Z"));
    assertThat(at("2026-08-20T12:20:30Z").in("try again at 12:16 PM"))
        .contains(Instant.parse("2026-08-21T10:17:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "You've hit your usage limit. Upgrade to Pro or try again later.",
        "resets 9am (Atlantis/Capital)",
        "resets at 21:00 XYZ",
        "resets 2026-13-40 21:00",
        "resets at 2026-08-20T21:00:00 XYZ",
        "try again at 13:99 PM",
        "try again at 25 PM",
        "resets Feb 31 at 9am",
        "try again 3 times",
        "try again in 1 month",
        "",
      })
  void whatNamesNoTimeIsUnknown(String text) {
    assertThat(at("2026-08-20T05:00:00Z").in(text)).isEmpty();
  }
}
