package dev.agentworkflows.coordinator.limit;

import dev.agentworkflows.coordinator.limit.ProviderPace.Turn;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Takes so many requests in each second and refuses the others, in a test's own time. */
final class SimulatedEndpoint {

  private static final Duration LATENCY = Duration.ofMillis(30);

  private final VirtualTime time;
  private final int perSecond;
  private final @Nullable Duration retryAfter;
  private final Random random = new Random(1);
  private final ProviderPermits permits = new ProviderPermits();
  private long second = -1;
  private int taken;
  private int answered;
  private int refused;
  private int mostRefusalsOfOne;

  SimulatedEndpoint(VirtualTime time, int perSecond, @Nullable Duration retryAfter) {
    this.time = time;
    this.perSecond = perSecond;
    this.retryAfter = retryAfter;
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

  void ask(ProviderPace pace, int calls, int concurrency) {
    for (int i = 0; i < calls; i++) {
      askOnce(pace, concurrency, 0);
    }
  }

  private void askOnce(ProviderPace pace, int concurrency, int refusals) {
    permits
        .acquire("endpoint", concurrency, "run")
        .thenAccept(permit ->
            pace.turn(100, Duration.ofMinutes(10))
                .thenAccept(turn ->
                    time.after(
                        jittered(LATENCY),
                        () -> {
                          boolean goes = takes();
                          tell(turn, goes);
                          permit.release();
                          if (!goes) {
                            mostRefusalsOfOne = Math.max(mostRefusalsOfOne, refusals + 1);
                            time.after(
                                jittered(Duration.ofMillis(500L << refusals)),
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
    return ++taken <= perSecond;
  }

  private void tell(Turn turn, boolean goes) {
    if (goes) {
      answered++;
      turn.taken(0);
    } else {
      refused++;
      turn.refused(retryAfter);
    }
  }

  private Duration jittered(Duration duration) {
    return Duration.ofNanos((long) (duration.toNanos() * (0.75 + 0.5 * random.nextDouble())));
  }
}
