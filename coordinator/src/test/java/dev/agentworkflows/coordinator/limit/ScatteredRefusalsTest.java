package dev.agentworkflows.coordinator.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.limit.SimulatedEndpoint.Refusals;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals of an endpoint that has no limit, in virtual time. */
class ScatteredRefusalsTest {

  private static final int SEEDS = 40;

  /** Until it is known that refusals are not about the rate. */
  private static final double LEARNING_SECONDS = 4;

  /**
   * What refusals cost a run of calls, by the time that they asked for: beyond what the calls take
   * by themselves, the last ones again, and what it takes to learn.
   */
  private static double costs(
      Refusals refusals, @Nullable Duration retryAfter, Duration latency, int calls) {
    VirtualTime time = new VirtualTime();
    SimulatedEndpoint endpoint = new SimulatedEndpoint(time, refusals, retryAfter, latency);
    endpoint.ask(new ProviderRateLimiter(0, 0, time::nanos, time::after), calls, 8);
    time.passWhileAnythingHappens();
    assertThat(endpoint.answered()).isEqualTo(calls);
    double each = latency.toMillis() / 1000.0;
    double alone = each * (calls + endpoint.refused()) / 8 + 3 * each + LEARNING_SECONDS;
    return (time.seconds() - alone) / Math.max(0.5, endpoint.askedSeconds());
  }

  @ParameterizedTest(name = "{0} calls, {1} ms, Retry-After {2} s")
  @CsvSource({
    "60, 1, 1",
    "60, 30, 1",
    "60, 2000, 1",
    "600, 30, 1",
    "600, 200, 5",
    "60, 30, 0",
    "600, 30, 0",
    "60, 20000, 1",
    "200, 20000, 20"
  })
  void everySixthCostsAtMostTwiceTheTimeThatItAsksFor(int calls, int latency, int seconds) {
    assertThat(
            costs(
                (number, inSecond, now) -> number % 6 == 0,
                seconds == 0 ? null : Duration.ofSeconds(seconds),
                Duration.ofMillis(latency),
                calls))
        .isLessThan(2);
  }

  @ParameterizedTest(name = "{0} calls, {1} ms, Retry-After {2} s")
  @CsvSource({"60, 30, 1", "60, 2000, 1", "600, 30, 1", "600, 200, 5", "200, 20000, 20"})
  void oneInFiveAtRandomCostsAtMostTwiceTheTimeThatItAsksFor(int calls, int latency, int seconds) {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      assertThat(
              costs(
                  (number, inSecond, now) -> random.nextInt(5) == 0,
                  Duration.ofSeconds(seconds),
                  Duration.ofMillis(latency),
                  calls))
          .as("seed " + seed)
          .isLessThan(2);
    }
  }

  @ParameterizedTest(name = "{0} calls, {1} ms, refused for {2} s of 10")
  @CsvSource({"60, 30, 1", "600, 200, 1", "600, 200, 2", "200, 2000, 2", "100, 20000, 2"})
  void burstsCostAtMostTwiceTheTimeThatTheyAskFor(int calls, int latency, int seconds) {
    assertThat(
            costs(
                (number, inSecond, now) -> now % 10 < seconds,
                Duration.ofSeconds(seconds),
                Duration.ofMillis(latency),
                calls))
        .isLessThan(2);
  }
}
