package dev.agentworkflows.coordinator.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "-5, 0 ms",
    "-5000, 0 ms",
    "0, 0 ms",
    "999, 999 ms",
    "1000, 1.0 s",
    "59999, 59.9 s",
    "60000, 1 min 00 s",
    "3599999, 59 min 59 s",
    "3600000, 1 h 00 min",
    "360000000, 100 h 00 min"
  })
  void aDurationIsAsExactAsItsLengthDeserves(long millis, String shown) {
    assertThat(Figures.duration(Duration.ofMillis(millis))).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.000 | $0",
        "0.00001 | < $0.0001",
        "0.0125 | $0.0125",
        "0.99999 | $1.0000",
        "1 | $1.00",
        "1234.5 | $1,234.50"
      })
  void aSmallCostHasMoreDigitsThanALargeOne(BigDecimal usd, String shown) {
    assertThat(Figures.cost(usd)).isEqualTo(shown);
  }

  @Test
  void whatIsNotKnownIsADash() {
    assertThat(Figures.cost(null)).isEqualTo("–");
    assertThat(Figures.tokens(null)).isEqualTo("–");
  }

  @Test
  void largeNumbersAreGrouped() {
    assertThat(Figures.tokens(1_234_567L)).isEqualTo("1,234,567");
    assertThat(Figures.count(1, "call")).isEqualTo("1 call");
    assertThat(Figures.count(2_000, "call")).isEqualTo("2,000 calls");
  }

  @Test
  void figuresAreTheSameInEveryLanguageSetting() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(Figures.duration(Duration.ofSeconds(83))).isEqualTo("1 min 23 s");
      assertThat(Figures.cost(new BigDecimal("1234.5"))).isEqualTo("$1,234.50");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aTimeIsInUtcToTheSecond() {
    assertThat(Figures.time(Instant.parse("2026-11-22T14:32:01.987654Z")))
        .isEqualTo("2026-11-22T14:32:01Z");
  }
}
