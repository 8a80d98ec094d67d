package dev.agentworkflows.coordinator.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimesTest {

  @Test
  void allTimesHaveOneWidth() {
    assertThat(Times.text(Instant.parse("2026-11-22T14:32:01Z")))
        .isEqualTo("2026-11-22T14:32:01.000Z");
    assertThat(Times.text(Instant.parse("2026-11-22T14:32:00Z")))
        .isEqualTo("2026-11-22T14:32:00.000Z");
    assertThat(Times.text(Instant.parse("2026-11-22T14:32:01.1299999Z")))
        .isEqualTo("2026-11-22T14:32:01.129Z");
  }
}
