package dev.agentworkflows.coordinator.limit;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many requests a second a provider takes, as far as its refusals show: unlimited until the
 * first one, then somewhat below what it took before it refused, and carefully up again as time
 * goes by.
 *
 * <p>Not every refusal is about the rate. An endpoint with a limit takes about the same number of
 * requests in the second before each refusal; where that number jumps while most requests are
 * taken, the refusals are scattered, and the rate grows back fast. So a first measure that is too
 * high, as of a second that covers parts of two of the endpoint's, is corrected without being taken
 * for chance. The pauses that a provider asks for are kept in any case, and elsewhere. Moments are
 * nanoseconds of one clock. Not thread-safe.
 */
final class AdaptiveRate {

  private static final double SECOND = 1e9;

  /** How far below the rate that was refused the next ones stay at first. */
  private static final double STEP_BACK = 0.8;

  /** No provider is asked less often than once a minute. */
  private static final double LOWEST = 1 / 60.0;

  /** Above this there is nothing to pace: a timer is not more exact. */
  private static final double HIGHEST = 2_000;

  /** Fewer in the last second are no measure of what a provider takes. */
  private static final int MEASURED = 10;

  /** Scattered refusals alone do not push the rate below this; it is also the first guess. */
  private static final double HARMLESS = 10;

  /** A lower rate may be chance: a few refusals one after another. It grows back fast. */
  private static final double WEAK = 8;

  private static final double WEAK_GROWTH = 0.2;

  /** A limit takes at least this share of its number before it refuses. */
  private static final double CONSISTENT = 0.7;

  /** Above this, one request alone in a second shows an outage rather than a limit. */
  private static final double PROBED = 2;

  private static final int OUTCOMES = 32;
  private static final int FEW_OUTCOMES = 8;
  private static final double SCATTERED = 0.32;

  /** So many refusals at other numbers than before show that there is no limit. */
  private static final double CONTRADICTIONS = 2;

  private final Deque<Long> taken = new ArrayDeque<>();
  private final Deque<Long> sent = new ArrayDeque<>();
  private final Deque<Boolean> refusals = new ArrayDeque<>();
  private double perSecond = Double.POSITIVE_INFINITY;
  private double ceiling = Double.POSITIVE_INFINITY;
  private long lastCut = Long.MIN_VALUE;
  private long lastGrowth;
  private double contradictions;

  /** The time from one request to the next; 0 while nothing is known. */
  long intervalNanos(long now) {
    grow(now);
    return Double.isInfinite(perSecond) ? 0 : (long) (SECOND / perSecond);
  }

  /** A request goes out. */
  void sent(long now) {
    add(sent, now);
  }

  /** The provider took a request. */
  void taken(long now) {
    add(taken, now);
    outcome(false);
    grow(now);
  }

  /**
   * The provider refused a request. Those that were on their way when it refused another one tell
   * nothing new.
   *
   * @param left when the request went out
   * @return whether the rate was lowered
   */
  boolean refused(long now, long left) {
    outcome(true);
    if (left < lastCut) {
      return false;
    }
    grow(now);
    lastCut = now;
    if (Double.isInfinite(perSecond)) {
      return first(now);
    }
    if (lastSecond(sent, now) <= 1 && perSecond > PROBED) {
      return false;
    }
    int took = lastSecond(taken, now);
    if (!areScattered()) {
      contradictions = 0;
      cutTo(Math.min(perSecond, Math.max(took, perSecond / 2)));
    } else if (Double.isInfinite(ceiling)) {
      slowDown();
    } else if (took < CONSISTENT * ceiling) {
      contradict(took);
    } else {
      contradictions = Math.max(0, contradictions - 0.5);
      cutTo(Math.min(perSecond, Math.max(took, STEP_BACK * perSecond)));
    }
    return true;
  }

  private boolean first(long now) {
    int took = lastSecond(taken, now);
    if (took < MEASURED) {
      perSecond = HARMLESS;
      ceiling = Double.POSITIVE_INFINITY;
    } else {
      cutTo(took);
    }
    lastGrowth = now;
    return true;
  }

  private void contradict(int took) {
    contradictions++;
    ceiling =
        contradictions < CONTRADICTIONS ? Math.max(took, ceiling / 2) : Double.POSITIVE_INFINITY;
    slowDown();
  }

  private void slowDown() {
    perSecond = Math.max(Math.min(perSecond, HARMLESS), STEP_BACK * perSecond);
  }

  private void cutTo(double newCeiling) {
    ceiling = Math.max(LOWEST, newCeiling);
    perSecond = Math.max(LOWEST, STEP_BACK * ceiling);
  }

  /** Whether most of the last requests were taken. */
  private boolean areScattered() {
    long refused = refusals.stream().filter(outcome -> outcome).count();
    return refusals.size() >= FEW_OUTCOMES && refused <= SCATTERED * refusals.size();
  }

  private void outcome(boolean refused) {
    refusals.addLast(refused);
    if (refusals.size() > OUTCOMES) {
      refusals.removeFirst();
    }
  }

  /** By real time, however few requests there are. */
  private void grow(long now) {
    if (Double.isInfinite(perSecond)) {
      return;
    }
    double seconds = (now - lastGrowth) / SECOND;
    lastGrowth = now;
    while (seconds > 0 && perSecond <= HIGHEST) {
      double step = Math.min(1, seconds);
      perSecond *= 1 + growthPerSecond() * step;
      seconds -= step;
    }
    if (perSecond > HIGHEST) {
      perSecond = Double.POSITIVE_INFINITY;
    }
  }

  /** Quickly back to where it was refused, slowly past it, and fast once that is long over. */
  private double growthPerSecond() {
    if (Double.isInfinite(ceiling)) {
      return 1;
    }
    if (ceiling < WEAK) {
      return WEAK_GROWTH;
    }
    if (perSecond < 0.9 * ceiling) {
      return 0.03;
    }
    return perSecond < 1.2 * ceiling ? 0.01 : 0.2;
  }

  private static void add(Deque<Long> moments, long now) {
    moments.addLast(now);
    if (moments.size() > HIGHEST) {
      moments.removeFirst();
    }
  }

  private static int lastSecond(Deque<Long> moments, long now) {
    while (!moments.isEmpty() && now - moments.getFirst() > SECOND) {
      moments.removeFirst();
    }
    return moments.size();
  }
}
