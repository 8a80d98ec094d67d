package dev.agentworkflows.coordinator.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.testkit.Generated;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers report of costs and tokens, plausible or not. */
@Timeout(60)
class ReportedNumbersTest {

  private static final long SEED = Generated.seed();
  private static final int COUNT = Generated.count(20_000);

  @ParameterizedTest
  @ValueSource(
      strings = {"9e18", "1e-999999999", "1e999999999", "-3", "100000.01", "1e2147483647", "-1e-9"})
  void anImpossibleCostIsUnknown(String cost) {
    assertThat(reply(new BigDecimal(cost)).costUsd()).isNull();
  }

  @Test
  void aCostThatCanBeIsKept() {
    assertThat(reply(new BigDecimal("0.000123")).costUsd()).isEqualByComparingTo("0.000123");
    assertThat(reply(BigDecimal.ZERO).costUsd()).isEqualByComparingTo("0");
    assertThat(reply(new BigDecimal("1E+4")).costUsd()).isEqualByComparingTo("10000");
  }

  @Test
  void whateverIsReportedCanBeAddedUpAndWritten() {
    Random random = new Random(SEED);
    BigDecimal sum = BigDecimal.ZERO;
    Usage usage = Usage.UNKNOWN;
    for (int i = 0; i < COUNT; i++) {
      BigInteger digits = new BigInteger(1 + random.nextInt(200), random);
      int scale = random.nextBoolean() ? random.nextInt() : random.nextInt(200) - 100;
      BigDecimal cost = new BigDecimal(random.nextBoolean() ? digits : digits.negate(), scale);
      BigDecimal kept = reply(cost).costUsd();
      if (kept != null) {
        assertThat(kept)
            .as("seed %d: %s", SEED, cost)
            .isBetween(BigDecimal.ZERO, new BigDecimal("100000"));
        sum = sum.add(kept);
      }
      Usage one = new Usage(random.nextLong(), random.nextLong(), null, random.nextLong());
      usage = usage.plus(one).plus(Usage.of(1L << random.nextInt(63), 1));
      assertThat(one.billedTokens()).as("seed %d", SEED).isNotNegative();
      assertThat(usage.billedTokens()).as("seed %d", SEED).isNotNegative();
    }
    assertThat(sum.toPlainString()).as("seed %d", SEED).hasSizeLessThan(200);
  }

  private static AgentReply reply(BigDecimal cost) {
    return new AgentReply("text", null, Usage.UNKNOWN, cost);
  }
}
