package dev.agentworkflows.adapter.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Waits for a program's end, or for a while after the line that completes its answer: a hook or a
 * server of the program's that hangs does not keep the answer back.
 */
final class ExitGrace {

  /**
   * For a program to store its session and to end its servers, which takes it a second or two. More
   * would be spent in each call of somebody whose program always hangs.
   */
  static final Duration GRACE = Duration.ofSeconds(5);

  private boolean ended;
  private boolean finished;
  private long finishedAt;

  /**
   * To be called after each line.
   *
   * @param last whether it completes the answer; more lines may follow all the same
   */
  synchronized void lineRead(boolean last) {
    if (last && !finished) {
      finishedAt = System.nanoTime();
    }
    finished = last;
    notifyAll();
  }

  synchronized void ended() {
    ended = true;
    notifyAll();
  }

  /**
   * Returns when the program has ended or its answer is complete, or when the time is up.
   *
   * @return false when the time is up
   */
  synchronized boolean awaitAtMost(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos();
        !ended && !finished && left > 0;
        left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return ended || finished;
  }

  /** Returns when the program has ended, or {@link #GRACE} after its answer was complete. */
  synchronized void await() throws InterruptedException {
    while (!ended) {
      if (finished) {
        long left = finishedAt + GRACE.toNanos() - System.nanoTime();
        if (left <= 0) {
          return;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } else {
        wait();
      }
    }
  }
}
