package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.UsageWindow;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class CodexWindowsTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Instant RESET = Instant.ofEpochSecond(1_796_000_000L);
  private static final Clock CLOCK = Clock.fixed(RESET.minusSeconds(1_800), ZoneOffset.UTC);

  private static List<UsageWindow> in(String event) {
    return CodexWindows.in(JSON.readTree(event.replace('\'', '"')), CLOCK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'token_count',%s}",
        "{'id':'0','msg':{'type':'token_count','info':null,%s}}",
        "{'timestamp':'…','type':'event_msg','payload':{'type':'token_count',%s}}",
        "{'type':'whatever comes next',%s}"
      })
  void bothWindowsAreReadWhereverAnEventHasThem(String event) {
    String limits =
        "'rate_limits':{'limit_id':'codex',"
            + "'primary':{'used_percent':94.0,'window_minutes':300,'resets_at':1796000000},"
            + "'secondary':{'used_percent':31,'window_minutes':10080,'resets_in_seconds':1800},"
            + "'plan_type':'plus'}";
    assertThat(in(event.replace("%s", limits)))
        .containsExactlyInAnyOrder(
            new UsageWindow("five_hour", 0.94, RESET), new UsageWindow("seven_day", 0.31, RESET));
  }

  @Test
  void aWindowOfAnotherLengthIsCalledAsTheProgramCallsIt() {
    assertThat(in("{'rate_limits':{'primary':{'used_percent':95,'window_minutes':60}}}"))
        .containsExactly(new UsageWindow("primary", 0.95, null));
    assertThat(in("{'rate_limits':{'secondary':{'used_percent':95}}}"))
        .containsExactly(new UsageWindow("secondary", 0.95, null));
  }

  @Test
  void theLimitOfAModelIsNotTheLogins() {
    assertThat(in("{'rate_limits':{'limit_id':'codex_bengalfox','primary':{'used_percent':99}}}"))
        .isEmpty();
  }

  @Test
  void noWindowIsTold() {
    assertThat(in("{'rate_limits':{'primary':null,'secondary':null}}")).isEmpty();
    assertThat(in("{'rate_limits':null}")).isEmpty();
    assertThat(in("{'type':'turn.completed','usage':{}}")).isEmpty();
  }

  @Test
  void anyFieldMayBeAnything() {
    String[] values = {
      "null",
      "true",
      "''",
      "'94'",
      "[]",
      "{}",
      "[94]",
      "-1",
      "0",
      "94",
      "94.5",
      "1e300",
      "-1e300",
      "300",
      "10080",
      "1796000000",
      "1796000000000",
      "9223372036854775807",
      "123456789012345678901234567890",
      "{'used_percent':94,'resets_at':'x'}"
    };
    String[] names = {
      "used_percent", "window_minutes", "resets_at", "resets_in_seconds", "limit_id", "primary"
    };
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder window = new StringBuilder("'used_percent':94");
      for (int field = 0; field < 4; field++) {
        window.append(",'").append(names[random.nextInt(names.length)]).append("':");
        window.append(values[random.nextInt(values.length)]);
      }
      String event =
          "{'rate_limits':{'primary':{%s},'secondary':%s},'msg':%s}"
              .formatted(
                  window,
                  values[random.nextInt(values.length)],
                  values[random.nextInt(values.length)]);
      assertThat(in(event))
          .as(event)
          .hasSizeLessThanOrEqualTo(2)
          .allMatch(
              one -> Set.of("five_hour", "seven_day", "primary", "secondary").contains(one.name()));
    }
  }
}
