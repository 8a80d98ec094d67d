package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.cache.CallKey;
import dev.agentworkflows.coordinator.cache.Samples;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the calls with one key in a run tree: identical calls are different samples. Children
 * count with their parent, so that a child run five times votes five times. Thread-safe.
 */
public final class Occurrences {

  /**
   * By the first 64 bits of a key, which are kept for each call as long as the run goes on. Should
   * two keys have them in common, the later call is a later sample of its own key: a miss, never
   * another's answer.
   */
  private final Map<Long, Integer> byKey = new ConcurrentHashMap<>();

  private final Samples samples;

  /** For a tree of no earlier runs whose shims know no places. */
  public Occurrences() {
    this(Samples.ofNew(""));
  }

  /**
   * @param samples which answers go to which of the calls
   */
  public Occurrences(Samples samples) {
    this.samples = samples;
  }

  public Samples samples() {
    return samples;
  }

  /** 1 for the first call with this key. */
  int next(CallKey key) {
    return byKey.merge(key.start(), 1, Integer::sum);
  }
}
