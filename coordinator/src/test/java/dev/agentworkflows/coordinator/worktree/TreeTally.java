package dev.agentworkflows.coordinator.worktree;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How often what happened, over all trees. Thread-safe. */
final class TreeTally {

  private final Map<String, AtomicInteger> counts = new ConcurrentSkipListMap<>();

  void count(String what) {
    counts.computeIfAbsent(what, key -> new AtomicInteger()).incrementAndGet();
  }

  int of(String what) {
    AtomicInteger count = counts.get(what);
    return count == null ? 0 : count.get();
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
