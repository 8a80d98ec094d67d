package dev.agentworkflows.coordinator.worktree;

import java.time.Duration;

/** When something must be over. Immutable. */
final class Deadline {

  static final Deadline NONE = new Deadline(0, false);

  private final long end;
  private final boolean bounded;

  private Deadline(long end, boolean bounded) {
    this.end = end;
    this.bounded = bounded;
  }

  static Deadline in(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos(), true);
  }

  boolean isOver() {
    return bounded && System.nanoTime() - end >= 0;
  }

  /** What is left of it, and no more than a limit. */
  Duration within(Duration limit) {
    if (!bounded) {
      return limit;
    }
    Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    return left.compareTo(limit) < 0 ? left : limit;
  }

  void check(String what) throws GitException {
    if (isOver()) {
      throw new GitException("there was no time left for " + what);
    }
  }
}
