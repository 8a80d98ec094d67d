package dev.agentworkflows.coordinator.rpc;

import java.util.ArrayList;
import java.util.List;

/**
 * How many bytes of a run and its children the coordinator holds. Where more are on their way
 * through it than may be, no further message is read until some have gone; the network holds the
 * shim back meanwhile. Answers are kept until the shim has acknowledged them, which can't be waited
 * for, since its acknowledgements come behind its other messages: who lets too many lie is cut off.
 * Thread-safe.
 */
final class Room {

  /** So much more is kept than may be on its way: acknowledgements are behind what is not read. */
  private static final int KEPT = 4;

  private final long most;
  private final List<Runnable> waiting = new ArrayList<>();
  private long taken;
  private long kept;

  /**
   * @param most one message more may come, since its size is known only then
   */
  Room(long most) {
    this.most = most;
  }

  static Room unlimited() {
    return new Room(Long.MAX_VALUE);
  }

  /** An answer is kept; false when there were too many before. */
  synchronized boolean keep(long bytes) {
    boolean fine = kept / KEPT <= most;
    kept += bytes;
    return fine;
  }

  synchronized void forget(long bytes) {
    kept -= bytes;
  }

  synchronized void take(long bytes) {
    taken += bytes;
  }

  void give(long bytes) {
    List<Runnable> next;
    synchronized (this) {
      taken -= bytes;
      if (taken >= most || waiting.isEmpty()) {
        return;
      }
      next = List.copyOf(waiting);
      waiting.clear();
    }
    next.forEach(Runnable::run);
  }

  /** Does this now, or as soon as there is room. */
  void whenThereIsSome(Runnable action) {
    synchronized (this) {
      if (taken >= most) {
        waiting.add(action);
        return;
      }
    }
    action.run();
  }
}
