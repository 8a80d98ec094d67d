package dev.agentworkflows.coordinator.price;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.Usage;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class PriceTest {

  private static final Price PRICE = price("2", "10", "0.2", "2.5");

  private static Price price(String input, String output, String cached, String write) {
    return new Price(
        new BigDecimal(input),
        new BigDecimal(output),
        new BigDecimal(cached),
        new BigDecimal(write));
  }

  @Test
  void inputAndOutputAreEachPricedByTheMillion() {
    assertThat(PRICE.cost(Usage.of(1_000_000, 500_000))).contains(new BigDecimal("7"));
    assertThat(PRICE.cost(Usage.of(1, 0))).contains(new BigDecimal("0.000002"));
  }

  @Test
  void cachedTokensArePartOfTheInputAndHavePricesOfTheirOwn() {
    // 1000 in: 300 read, 200 written, 500 plain; 10 out.
    assertThat(PRICE.cost(new Usage(1000L, 10L, 300L, 200L))).contains(new BigDecimal("0.00166"));
  }

  @Test
  void moreCachedTokensThanInputMakeNothingCheaper() {
    assertThat(PRICE.cost(new Usage(100L, 0L, 1000L, null))).contains(new BigDecimal("0.0002"));
  }

  @Test
  void aCostIsRoundedHalfUpToTheBillionthAndNotBefore() {
    // 0.0375 of a millionth each: 37.5 billionths; three of them are 112.5.
    assertThat(price("0.0375", "0", "0", "0").cost(Usage.of(1, 0)))
        .contains(new BigDecimal("0.000000038"));
    assertThat(price("0.0375", "0.0375", "0", "0").cost(Usage.of(1, 2)))
        .contains(new BigDecimal("0.000000113"));
  }

  @Test
  void aCostThatIsWholeHasNoExponent() {
    assertThat(PRICE.cost(Usage.of(50_000_000, 0)).map(BigDecimal::toString)).contains("100");
  }

  @Test
  void tokensThatNobodyCountedHaveNoCostUnlessTheyAreFree() {
    assertThat(PRICE.cost(Usage.UNKNOWN)).isEmpty();
    assertThat(price("0", "0", "0", "0").cost(Usage.UNKNOWN)).contains(new BigDecimal("0"));
    assertThat(PRICE.cost(new Usage(null, 1L, null, null))).contains(new BigDecimal("0.00001"));
  }
}
