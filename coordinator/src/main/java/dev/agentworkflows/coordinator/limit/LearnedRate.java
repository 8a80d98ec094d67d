package dev.agentworkflows.coordinator.limit;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many requests a second a provider takes, as far as its refusals tell: unlimited until the
 * first one, then somewhat below what it took before it refused, and carefully up again. Moments
 * are nanoseconds of one clock. Not thread-safe.
 */
final class LearnedRate {

  private static final double SECOND = 1e9;

  /** How far below the rate that was refused the next ones stay at first. */
  private static final double STEP_BACK = 0.8;

  /** No provider is asked less often than once a minute. */
  private static final double LOWEST = 1 / 60.0;

  /** Above this there is nothing to pace: a timer is not more exact. */
  private static final double HIGHEST = 2_000;

  private final Deque<Long> lastSecond = new ArrayDeque<>();
  private double perSecond = Double.POSITIVE_INFINITY;
  private double ceiling = Double.POSITIVE_INFINITY;
  private long lastCut = Long.MIN_VALUE;
  private long lastGrowth;

  /** The time from one request to the next; 0 while nothing is known. */
  long intervalNanos() {
    return Double.isInfinite(perSecond) ? 0 : (long) (SECOND / perSecond);
  }

  /** The provider took a request. */
  void taken(long now) {
    lastSecond.addLast(now);
    if (lastSecond.size() > HIGHEST) {
      lastSecond.removeFirst();
    }
    if (!Double.isInfinite(perSecond)) {
      double seconds = Math.min(1, (now - lastGrowth) / SECOND);
      perSecond *= 1 + growthPerSecond() * seconds;
      lastGrowth = now;
      if (perSecond > HIGHEST) {
        perSecond = Double.POSITIVE_INFINITY;
      }
    }
  }

  /** Quickly back to where it was refused, slowly past it, and fast once that is long over. */
  private double growthPerSecond() {
    if (perSecond < 0.9 * ceiling) {
      return 0.03;
    }
    return perSecond < 1.2 * ceiling ? 0.01 : 0.2;
  }

  /**
   * The provider refused a request. Those that were on their way when it refused another one tell
   * nothing new.
   *
   * @param sent when the request went out
   * @return whether the rate was lowered
   */
  boolean refused(long now, long sent) {
    if (sent < lastCut) {
      return false;
    }
    while (!lastSecond.isEmpty() && now - lastSecond.getFirst() > SECOND) {
      lastSecond.removeFirst();
    }
    double took = lastSecond.size();
    ceiling = Math.max(LOWEST, Double.isInfinite(perSecond) ? Math.max(1, took) : below(took));
    perSecond = Math.max(LOWEST, STEP_BACK * ceiling);
    lastCut = now;
    lastGrowth = now;
    return true;
  }

  /** What it took lately, but no less than half of what was asked: a second may be a short look. */
  private double below(double took) {
    return Math.min(perSecond, Math.max(took, perSecond / 2));
  }
}
