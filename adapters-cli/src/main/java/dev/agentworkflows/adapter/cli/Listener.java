package dev.agentworkflows.adapter.cli;

import java.time.Duration;

/** Who listens to a program's standard output. Told everything in order, by one thread. */
public interface Listener {

  /** One line, without its end. */
  void line(String line);

  /** A line was too long, and is left out here. */
  default void lineLeftOut() {}

  /** Whether, as far as was told until now, nothing more than the program's end is to come. */
  default boolean isComplete() {
    return false;
  }

  /** How long after the program's start {@link #overdue} is told; zero for never. */
  default Duration dueAfter() {
    return Duration.ZERO;
  }

  /**
   * So long ago was the program's start, and it has neither ended nor said all. Told once, by
   * another thread than the lines, but never while one is told.
   */
  default void overdue() {}

  /**
   * The call is over before the program's last word. Told once, by another thread than the lines.
   *
   * @return how long the program may still take to end its work, which comes on top of the time
   *     that its processes are given to end
   */
  default Duration cancel() {
    return Duration.ZERO;
  }
}
