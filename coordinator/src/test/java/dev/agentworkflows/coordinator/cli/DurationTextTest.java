package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "90, PT90S",
    "90s, PT90S",
    "30m, PT30M",
    "6h, PT6H",
    "1h30m, PT1H30M",
    "1D, PT24H"
  })
  void aDurationIsNumbersWithUnits(String text, Duration expected) {
    assertThat(DurationText.parse(text)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "soon", "-1", "1.5h", "30m6h", "6 h", "9999999999"})
  void anythingElseIsNone(String text) {
    assertThat(DurationText.parse(text)).isEmpty();
  }
}
