package dev.agentworkflows.coordinator.call;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/**
 * The threads that calls block, shared by all runs. Where each is one of the system's there are so
 * many and no more, and a run with its children gets as many as are still free: so one alone may
 * have half of them, and however many calls wait for a thread, another run finds some. Thread-safe.
 */
final class CallThreads implements AutoCloseable {

  private final ExecutorService threads;
  private final int most;
  private final Map<Object, Integer> busy = new HashMap<>();
  private final Map<Object, Deque<Runnable>> waiting = new LinkedHashMap<>();
  private int total;

  CallThreads() {
    this(BlockingWork.newExecutor(), BlockingWork.most());
  }

  CallThreads(ExecutorService threads, int most) {
    this.threads = threads;
    this.most = most;
  }

  /**
   * For the calls of a run and its children.
   *
   * @param tree what they have in common
   */
  Executor of(Object tree) {
    return work -> {
      synchronized (this) {
        if (!mayStart(tree)) {
          waiting.computeIfAbsent(tree, one -> new ArrayDeque<>()).add(work);
          return;
        }
        began(tree);
      }
      start(tree, work);
    };
  }

  private boolean mayStart(Object tree) {
    return busy.getOrDefault(tree, 0) < most - total;
  }

  private void began(Object tree) {
    busy.merge(tree, 1, Integer::sum);
    total++;
  }

  private void start(Object tree, Runnable work) {
    try {
      threads.execute(() -> {
        try {
          work.run();
        } finally {
          ended(tree);
        }
      });
    } catch (RuntimeException | Error e) {
      ended(tree);
      throw e;
    }
  }

  private void ended(Object tree) {
    Object next = null;
    Runnable work = null;
    synchronized (this) {
      busy.computeIfPresent(tree, (one, count) -> count == 1 ? null : count - 1);
      total--;
      Iterator<Map.Entry<Object, Deque<Runnable>>> each = waiting.entrySet().iterator();
      while (work == null && each.hasNext()) {
        Map.Entry<Object, Deque<Runnable>> entry = each.next();
        if (mayStart(entry.getKey())) {
          next = entry.getKey();
          work = entry.getValue().remove();
          each.remove();
          if (!entry.getValue().isEmpty()) {
            // Behind the others: runs take turns.
            waiting.put(next, entry.getValue());
          }
          began(next);
          // The map has changed: no further step of the iterator.
          break;
        }
      }
    }
    if (next != null && work != null) {
      start(next, work);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
