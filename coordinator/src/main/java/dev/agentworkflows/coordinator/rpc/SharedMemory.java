package dev.agentworkflows.coordinator.rpc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What all runs of a coordinator have on their way. The fuller it is, the less one of them may add:
 * a run may hold as much as is still free. So one alone may have half of it, and however many come,
 * there is something left for the next. Thread-safe.
 */
final class SharedMemory {

  private final long mostTaken;
  private final long mostKept;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong kept = new AtomicLong();
  private final Set<InFlightLimits> waiting = ConcurrentHashMap.newKeySet();

  /**
   * @param mostTaken bytes of messages on their way in
   * @param mostKept bytes of answers that are not acknowledged
   */
  SharedMemory(long mostTaken, long mostKept) {
    this.mostTaken = mostTaken;
    this.mostKept = mostKept;
  }

  /**
   * An eighth of the memory for what comes, a quarter for what goes: inside, a message takes two or
   * three times its bytes.
   */
  static SharedMemory ofThisProcess() {
    long memory = Runtime.getRuntime().maxMemory();
    return new SharedMemory(memory / 8, memory / 4);
  }

  /** Where one run has it all, and its own limit is the only one. */
  static SharedMemory unlimited() {
    return new SharedMemory(Long.MAX_VALUE, Long.MAX_VALUE);
  }

  boolean mayTake(long own) {
    return own < mostTaken - taken.get();
  }

  boolean mayKeep(long own) {
    return own < mostKept - kept.get();
  }

  void take(long bytes) {
    taken.addAndGet(bytes);
  }

  void keep(long bytes) {
    kept.addAndGet(bytes);
  }

  /** Is told when something is given back; the room's own lock is held. */
  void waits(InFlightLimits limits) {
    waiting.add(limits);
  }

  void waitsNoMore(InFlightLimits limits) {
    waiting.remove(limits);
  }

  /** Something was given back. */
  void wake() {
    waiting.forEach(InFlightLimits::wake);
  }
}
