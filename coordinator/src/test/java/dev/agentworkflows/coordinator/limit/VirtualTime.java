package dev.agentworkflows.coordinator.limit;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that goes on when the test says so, and an alarm that rings by it. Single-threaded. */
final class VirtualTime {

  private record Event(long at, long number, Runnable action) {}

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparing(Event::number));
  private long now = 5;
  private long numbers;

  long nanos() {
    return now;
  }

  double seconds() {
    return now / 1e9;
  }

  void after(Duration delay, Runnable action) {
    events.add(new Event(now + delay.toNanos(), numbers++, action));
  }

  /** Lets so much time go by, and everything happen that falls into it. */
  void pass(Duration duration) {
    long end = now + duration.toNanos();
    while (!events.isEmpty() && events.peek().at() <= end) {
      step();
    }
    now = end;
  }

  /** Lets everything happen that was set off. */
  void passWhileAnythingHappens() {
    while (!events.isEmpty()) {
      step();
    }
  }

  private void step() {
    Event event = events.remove();
    now = event.at();
    event.action().run();
  }
}
