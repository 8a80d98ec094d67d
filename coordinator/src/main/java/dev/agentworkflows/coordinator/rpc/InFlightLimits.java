package dev.agentworkflows.coordinator.rpc;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of a run and its children the coordinator holds, counted by what it costs inside, not by
 * bytes of the wire. Where more is on its way through it than may be, no further message is read
 * until some has gone; the network holds the shim back meanwhile. Answers are kept until the shim
 * has acknowledged them, which can't be waited for, since its acknowledgements come behind its
 * other messages: who lets too many lie is cut off. Thread-safe.
 */
final class InFlightLimits {

  /** So much more is kept than may be on its way: acknowledgements are behind what is not read. */
  private static final int KEPT = 4;

  /** Objects around a message of some bytes, among them what waits for the disk. */
  static final int MESSAGE_COST = 1024;

  private final SharedMemory memory;
  private final long most;
  private final int mostCalls;
  private final int mostStreams;
  private final List<Runnable> waiting = new ArrayList<>();
  private long taken;
  private long kept;
  private int calls;
  private int streams;

  /**
   * @param memory of which this is one run's part
   * @param most one message more may come, since its size is known only then
   * @param mostCalls in flight, of the run and its children
   * @param mostStreams open at once, each a run's or a child's
   */
  InFlightLimits(SharedMemory memory, long most, int mostCalls, int mostStreams) {
    this.memory = memory;
    this.most = most;
    this.mostCalls = mostCalls;
    this.mostStreams = mostStreams;
  }

  /** An answer is kept; false when there were too many before. */
  synchronized boolean retain(long bytes) {
    boolean fine = kept / KEPT <= most && memory.mayKeep(kept);
    kept += cost(bytes);
    memory.keep(cost(bytes));
    return fine;
  }

  synchronized void drop(long bytes) {
    kept -= cost(bytes);
    memory.keep(-cost(bytes));
  }

  synchronized void reserve(long bytes) {
    taken += cost(bytes);
    memory.take(cost(bytes));
  }

  void release(long bytes) {
    synchronized (this) {
      taken -= cost(bytes);
      memory.take(-cost(bytes));
    }
    memory.wake();
  }

  private static long cost(long bytes) {
    return bytes + MESSAGE_COST;
  }

  /** A call or a question is out. */
  synchronized void callStarted() {
    calls++;
  }

  void callEnded() {
    synchronized (this) {
      calls--;
    }
    memory.wake();
  }

  /** Another stream of the run's; false when there are too many. */
  synchronized boolean openStream() {
    if (streams >= mostStreams) {
      return false;
    }
    streams++;
    return true;
  }

  /**
   * The last one takes along what waits: it would only ask for messages of streams that are closed.
   */
  synchronized void closeStream() {
    streams--;
    if (streams == 0) {
      waiting.clear();
      memory.waitsNoMore(this);
    }
  }

  /** Does this now, or as soon as there is room. */
  void onAvailable(Runnable action) {
    Runnable next = null;
    synchronized (this) {
      if (waiting.isEmpty() && hasRoom()) {
        next = action;
      } else {
        waiting.add(action);
        memory.waits(this);
      }
    }
    if (next == null) {
      // Others may have given something back before it was known that this one waits.
      wake();
    } else {
      next.run();
    }
  }

  /** Whoever holds nothing may always go on: it is others' memory that is short. */
  private boolean hasRoom() {
    return calls < mostCalls && (taken == 0 || (taken < most && memory.mayTake(taken)));
  }

  /** Lets those go on that wait, if they may. */
  void wake() {
    List<Runnable> next;
    synchronized (this) {
      if (!waiting.isEmpty() && !hasRoom()) {
        return;
      }
      memory.waitsNoMore(this);
      next = List.copyOf(waiting);
      waiting.clear();
    }
    next.forEach(Runnable::run);
  }
}
