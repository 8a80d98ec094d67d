package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.UsageWindow;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ClaudeWindowsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Instant RESET = Instant.ofEpochSecond(1_796_000_000L);

  private static List<UsageWindow> in(String info) {
    return ClaudeWindows.in(JSON.readTree("{" + info.replace('\'', '"') + "}"));
  }

  @Test
  void theWindowThatTheEventIsAboutIsRead() {
    assertThat(in("'rateLimitType':'five_hour','utilization':0.93,'resetsAt':1796000000"))
        .containsExactly(new UsageWindow("five_hour", 0.93, RESET));
  }

  @Test
  void millisecondsAreTheSameTime() {
    assertThat(in("'rateLimitType':'five_hour','utilization':1,'resetsAt':1796000000000"))
        .containsExactly(new UsageWindow("five_hour", 1, RESET));
  }

  @Test
  void bothWindowsAreReadByName() {
    assertThat(
            in(
                "'rateLimitType':'five_hour','utilization':0.1,'resetsAt':1,'unifiedWindows':{"
                    + "'five_hour':{'utilization':0.97,'resetsAt':1796000000},"
                    + "'seven_day':{'utilization':0.4}}"))
        .containsExactlyInAnyOrder(
            new UsageWindow("five_hour", 0.97, RESET), new UsageWindow("seven_day", 0.4, null));
  }

  @Test
  void aWindowWithoutATimeHasThatOfItsEvent() {
    assertThat(
            in(
                "'rateLimitType':'seven_day','resetsAt':1796000000,"
                    + "'unifiedWindows':{'seven_day':{'utilization':0.97}}"))
        .containsExactly(new UsageWindow("seven_day", 0.97, RESET));
  }

  @Test
  void aWarningWithoutANumberMeansThatTheFiveHoursAreNearlyOver() {
    assertThat(in("'status':'allowed_warning','rateLimitType':'five_hour','resetsAt':1796000000"))
        .containsExactly(new UsageWindow("five_hour", 0.95, RESET));
    assertThat(in("'status':'allowed_warning','rateLimitType':'seven_day'")).isEmpty();
    assertThat(in("'status':'allowed','rateLimitType':'five_hour'")).isEmpty();
  }

  @Test
  void theWindowOfAModelIsNotTheLogins() {
    assertThat(in("'rateLimitType':'seven_day_opus','utilization':0.99")).isEmpty();
    assertThat(in("'rateLimitType':'overage','utilization':0.99")).isEmpty();
    assertThat(in("'unifiedWindows':{'seven_day_opus':{'utilization':0.99}}")).isEmpty();
  }

  @Test
  void anyFieldMayBeAnything() {
    String[] values = {
      "null",
      "true",
      "''",
      "'0.97'",
      "'soon'",
      "[]",
      "{}",
      "[0.97]",
      "-1",
      "0",
      "0.97",
      "1",
      "97",
      "1e300",
      "-1e300",
      "1796000000",
      "1796000000000",
      "9223372036854775807",
      "1.5e-300",
      "123456789012345678901234567890",
      "'five_hour'",
      "{'utilization':0.97,'resetsAt':'x'}"
    };
    String[] names = {
      "status", "rateLimitType", "utilization", "resetsAt", "unifiedWindows", "five_hour",
    };
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder info = new StringBuilder("'rateLimitType':'five_hour'");
      for (int field = 0; field < 4; field++) {
        info.append(",'").append(names[random.nextInt(names.length)]).append("':");
        info.append(values[random.nextInt(values.length)]);
      }
      info.append(",'unifiedWindows':{'five_hour':{'utilization':")
          .append(values[random.nextInt(values.length)])
          .append(",'resetsAt':")
          .append(values[random.nextInt(values.length)])
          .append("},'seven_day':")
          .append(values[random.nextInt(values.length)])
          .append('}');
      assertThat(in(info.toString()))
          .as(info.toString())
          .hasSizeLessThanOrEqualTo(2)
          .allMatch(window -> List.of("five_hour", "seven_day").contains(window.name()));
    }
  }
}
