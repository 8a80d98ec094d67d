package dev.agentworkflows.coordinator.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentworkflows.coordinator.RefusedException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Numbers that a client of the server sends. */
@Timeout(20)
class ArgumentsTest {

  private static final List<Number> ABSURD =
      List.of(
          new BigDecimal("1e999999999"),
          new BigDecimal("1e-999999999"),
          Double.POSITIVE_INFINITY,
          Double.NaN,
          BigInteger.TEN.pow(1_000));

  @Test
  void aNumberThatNobodyCanMeanIsRefused() {
    for (Number absurd : ABSURD) {
      Arguments arguments = new Arguments(Map.of("n", absurd));
      assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> arguments.number("n"));
      assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> arguments.decimal("n"));
      assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> arguments.seconds("n"));
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> arguments.count("n", 1, 10));
    }
  }

  @Test
  void aCountIsHeldToItsRange() {
    assertThat(new Arguments(Map.of("n", -5)).count("n", 1, 10)).isZero();
    assertThat(new Arguments(Map.of("n", Long.MAX_VALUE)).count("n", 1, 10)).isEqualTo(10);
    assertThat(new Arguments(Map.of("n", BigInteger.TWO.pow(65))).count("n", 1, 10)).isEqualTo(10);
    assertThat(new Arguments(Map.of()).count("n", 1, 10)).isOne();
  }

  @Test
  void aFractionIsNoWholeNumber() {
    Arguments arguments = new Arguments(Map.of("n", 1.5));
    assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> arguments.number("n"));
    assertThat(arguments.decimal("n")).isEqualTo("1.5");
    assertThat(new Arguments(Map.of("n", 3.0)).number("n")).isEqualTo(3);
  }
}
