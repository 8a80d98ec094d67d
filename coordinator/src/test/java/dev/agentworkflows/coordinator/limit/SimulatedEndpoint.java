package dev.agentworkflows.coordinator.limit;

import dev.agentworkflows.coordinator.limit.ProviderRateLimiter.Grant;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Takes so many requests in each second and refuses the others, in a test's own time. */
final class SimulatedEndpoint {

  /** Which requests an endpoint refuses. */
  interface Refusals {
    /**
     * @param number of the request, from 1
     * @param inSecond how many were taken in this second
     */
    boolean refuses(int number, int inSecond, double now);
  }

  /** What a refusal without a word is taken for. */
  private static final double UNSAID_SECONDS = 0.5;

  private final VirtualTime time;
  private final Refusals refusals;
  private final @Nullable Duration retryAfter;
  private final Duration latency;
  private final Random random = new Random(1);
  private final ConcurrencyLimiter permits = new ConcurrencyLimiter((delay, action) -> {});
  private long second = -1;
  private int requests;
  private double askedUntil;
  private double askedSeconds;
  private int taken;
  private int answered;
  private int refused;
  private int mostRefusalsOfOne;

  SimulatedEndpoint(VirtualTime time, int perSecond, @Nullable Duration retryAfter) {
    this(time, (number, inSecond, now) -> inSecond >= perSecond, retryAfter, Duration.ofMillis(30));
  }

  SimulatedEndpoint(
      VirtualTime time, Refusals refusals, @Nullable Duration retryAfter, Duration latency) {
    this.time = time;
    this.refusals = refusals;
    this.retryAfter = retryAfter;
    this.latency = latency;
  }

  /** How long it asked to wait in all, times that overlap counted once. */
  double askedSeconds() {
    return askedSeconds;
  }

  int answered() {
    return answered;
  }

  int refused() {
    return refused;
  }

  int mostRefusalsOfOne() {
    return mostRefusalsOfOne;
  }

  void ask(ProviderRateLimiter pace, int calls, int concurrency) {
    for (int i = 0; i < calls; i++) {
      askOnce(pace, concurrency, 0);
    }
  }

  private void askOnce(ProviderRateLimiter pace, int concurrency, int refusals) {
    permits
        .acquire("endpoint", concurrency, "run")
        .thenAccept(permit ->
            pace.turn(100, Duration.ofMinutes(10))
                .thenAccept(turn ->
                    time.after(
                        jittered(latency),
                        () -> {
                          boolean goes = takes();
                          tell(turn, goes);
                          permit.release();
                          if (!goes) {
                            mostRefusalsOfOne = Math.max(mostRefusalsOfOne, refusals + 1);
                            time.after(
                                jittered(Duration.ofMillis(500L << Math.min(refusals, 2))),
                                () -> askOnce(pace, concurrency, refusals + 1));
                          }
                        })));
  }

  private boolean takes() {
    long now = (long) time.seconds();
    if (now != second) {
      second = now;
      taken = 0;
    }
    boolean refuses = refusals.refuses(++requests, taken, time.seconds());
    taken += refuses ? 0 : 1;
    return !refuses;
  }

  private void tell(Grant turn, boolean goes) {
    if (goes) {
      answered++;
      turn.onAccepted(0);
    } else {
      refused++;
      double until =
          time.seconds() + (retryAfter == null ? UNSAID_SECONDS : retryAfter.toMillis() / 1000.0);
      askedSeconds += Math.max(0, until - Math.max(time.seconds(), askedUntil));
      askedUntil = Math.max(askedUntil, until);
      turn.onThrottled(retryAfter);
    }
  }

  private Duration jittered(Duration duration) {
    return Duration.ofNanos((long) (duration.toNanos() * (0.75 + 0.5 * random.nextDouble())));
  }
}
