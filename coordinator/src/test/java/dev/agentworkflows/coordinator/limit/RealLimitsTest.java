package dev.agentworkflows.coordinator.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.limit.SimulatedEndpoint.Refusals;
import dev.agentworkflows.testkit.Generated;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Endpoints that do have a limit, of the kinds and at the phases that there are, in virtual time.
 */
class RealLimitsTest {

  private static final long SEED = Generated.seed();
  private static final int ENDPOINTS = Generated.count(1_000);

  private enum Kind {
    CALENDAR_SECONDS {
      @Override
      Refusals limited(int perSecond, double phase) {
        return new Refusals() {
          private long second = -1;
          private int taken;

          @Override
          public boolean refuses(int number, int inSecond, double now) {
            if ((long) (now + phase) != second) {
              second = (long) (now + phase);
              taken = 0;
            }
            return taken >= perSecond || ++taken > perSecond;
          }
        };
      }
    },
    SLIDING_SECOND {
      @Override
      Refusals limited(int perSecond, double phase) {
        Deque<Double> taken = new ArrayDeque<>();
        return (number, inSecond, now) -> {
          while (!taken.isEmpty() && now - taken.getFirst() >= 1) {
            taken.removeFirst();
          }
          boolean refuses = taken.size() >= perSecond;
          if (!refuses) {
            taken.addLast(now);
          }
          return refuses;
        };
      }
    },
    TOKEN_BUCKET {
      @Override
      Refusals limited(int perSecond, double phase) {
        return new Refusals() {
          private double tokens = perSecond;
          private double since;

          @Override
          public boolean refuses(int number, int inSecond, double now) {
            tokens = Math.min(perSecond, tokens + (now - since) * perSecond);
            since = now;
            boolean refuses = tokens < 1;
            tokens -= refuses ? 0 : 1;
            return refuses;
          }
        };
      }
    };

    abstract Refusals limited(int perSecond, double phase);
  }

  @SafeVarargs
  private static <T> T one(Random random, T... of) {
    return of[random.nextInt(of.length)];
  }

  @Test
  void eachIsLearnt() {
    System.out.println("RealLimitsTest: -Dseed=" + SEED);
    Random random = new Random(SEED);
    for (int i = 0; i < ENDPOINTS; i++) {
      Kind kind = one(random, Kind.values());
      int limit = one(random, 12, 20, 30, 50, 100, 500);
      int atOnce = one(random, 1, 2, 4, 8, 16, 100);
      int latency = one(random, 1, 5, 30, 200, 1_000, 5_000);
      @Nullable Integer retryAfter = one(random, -1, 0, 1);
      isLearnt(kind, limit, atOnce, latency, retryAfter, random.nextDouble());
    }
  }

  private static void isLearnt(
      Kind kind, int limit, int atOnce, int latency, int retryAfter, double phase) {
    int calls = 30 * limit;
    VirtualTime time = new VirtualTime();
    SimulatedEndpoint endpoint =
        new SimulatedEndpoint(
            time,
            kind.limited(limit, phase),
            retryAfter < 0 ? null : Duration.ofSeconds(retryAfter),
            Duration.ofMillis(latency));

    endpoint.ask(new ProviderRateLimiter(0, 0, time::nanos, time::after), calls, atOnce);
    time.passWhileAnythingHappens();

    String what =
        kind
            + " "
            + limit
            + "/s, "
            + atOnce
            + " at once, "
            + latency
            + " ms, Retry-After "
            + retryAfter;
    double alone = Math.max(30, calls * latency / 1000.0 / atOnce) + 1;
    assertThat(endpoint.answered()).as(what).isEqualTo(calls);
    assertThat(endpoint.refused())
        .as("refusals of " + calls + ": " + what)
        .isLessThan(4 * atOnce + calls / 8);
    assertThat(time.seconds()).as("seconds: " + what).isLessThan(2.2 * alone + 5);
  }
}
