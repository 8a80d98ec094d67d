package dev.agentworkflows.coordinator.rpc;

import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers that a shim has given to calls and questions of one stream, each of which may come
 * once. Consecutive ones cost nothing. Not thread-safe.
 */
final class UsedRefs {

  /** Of numbers that have gaps between them, what may be remembered. */
  private static final int MAX_RANGES = 65_536;

  /** First and last of each range. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  /**
   * Takes a number.
   *
   * @throws IllegalArgumentException when it was taken before
   */
  void use(long ref) {
    Map.Entry<Long, Long> below = ranges.floorEntry(ref);
    if (below != null && below.getValue() >= ref) {
      throw new IllegalArgumentException(
          "call_ref " + Long.toUnsignedString(ref) + " came twice; each is for one call");
    }
    long first = below != null && below.getValue() == ref - 1 ? below.getKey() : ref;
    Long above = ref == Long.MAX_VALUE ? null : ranges.remove(ref + 1);
    ranges.put(first, above == null ? ref : above);
    if (ranges.size() > MAX_RANGES) {
      throw new IllegalArgumentException(
          "call_ref has more than %,d gaps; number calls one after another".formatted(MAX_RANGES));
    }
  }
}
