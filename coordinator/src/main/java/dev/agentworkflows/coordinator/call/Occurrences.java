package dev.agentworkflows.coordinator.call;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the calls with one key in a run tree: identical calls are different samples. Children
 * count with their parent, so that a child run five times votes five times. Thread-safe.
 */
public final class Occurrences {

  private final Map<String, Integer> byKey = new ConcurrentHashMap<>();

  /** 1 for the first call with this key. */
  int next(String key) {
    return byKey.merge(key, 1, Integer::sum);
  }
}
