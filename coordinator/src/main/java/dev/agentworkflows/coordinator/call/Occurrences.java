package dev.agentworkflows.coordinator.call;

import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts the calls with one key in a run tree: identical calls are different samples. Children
 * count with their parent, so that a child run five times votes five times. Thread-safe.
 */
public final class Occurrences {

  private static final int DIGITS_OF_A_LONG = 16;

  /**
   * By the first 64 bits of a key, which are kept for each call as long as the run goes on. Should
   * two keys have them in common, the later call is a later sample of its own key: a miss, never
   * another's answer.
   */
  private final Map<Long, Integer> byKey = new ConcurrentHashMap<>();

  /**
   * 1 for the first call with this key.
   *
   * @param key SHA-256, in hexadecimal digits
   */
  int next(String key) {
    return byKey.merge(HexFormat.fromHexDigitsToLong(key, 0, DIGITS_OF_A_LONG), 1, Integer::sum);
  }
}
