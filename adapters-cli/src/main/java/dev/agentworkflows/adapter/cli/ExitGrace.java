package dev.agentworkflows.adapter.cli;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a program is waited for: its end, or its last word and a while. An answer that has been
 * given is not kept back by a hook or a server of the program's that hangs.
 */
final class ExitGrace {

  /**
   * For a program to store its session and to end its servers, which takes it a second or two. More
   * would be spent in each call of somebody whose program always hangs.
   */
  static final Duration GRACE = Duration.ofSeconds(5);

  private boolean ended;
  private boolean said;
  private long saidAt;

  /** Told after each line. A program may go on after what looked like its last word. */
  synchronized void heard(boolean last) {
    if (last && !said) {
      saidAt = System.nanoTime();
    }
    said = last;
    notifyAll();
  }

  synchronized void ended() {
    ended = true;
    notifyAll();
  }

  /**
   * Returns when the program has ended or said its last word, or when the time is up.
   *
   * @return false when the time is up
   */
  synchronized boolean awaitAtMost(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); !ended && !said && left > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return ended || said;
  }

  /** Returns when the program has ended, or long enough after its last word. */
  synchronized void await() throws InterruptedException {
    while (!ended) {
      if (said) {
        long left = saidAt + GRACE.toNanos() - System.nanoTime();
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
