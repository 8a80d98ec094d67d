package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.store.CallRecord;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An earlier run's calls, found by label and by position. Holds eight bytes for each call and one
 * page of calls: calls are mostly asked for in their order. For one thread.
 */
final class EarlierCalls {

  private static final int PAGE = 200;

  /** An index has so many bits. */
  private static final int INDEX_BITS = 31;

  private final EarlierRuns earlier;
  private final String runId;
  private long @Nullable [] labels;
  private List<CallRecord> page = List.of();
  private int lastAsked;

  EarlierCalls(EarlierRuns earlier, String runId) {
    this.earlier = earlier;
    this.runId = runId;
  }

  /** The nth call with a label, counted from 1. */
  @Nullable CallRecord withLabel(String label, int nth) {
    long[] all = labels();
    int first = Arrays.binarySearch(all, labelled(label, 0));
    for (int i = (first < 0 ? -first - 1 : first) + nth - 1; i < all.length; i++) {
      if (all[i] >> INDEX_BITS != label.hashCode()) {
        return null;
      }
      CallRecord found = at((int) (all[i] & Integer.MAX_VALUE));
      // Two labels can have one hash.
      if (found != null && label.equals(found.identity().label())) {
        return found;
      }
    }
    return null;
  }

  private long[] labels() {
    if (labels == null) {
      long[] sorted = new long[16];
      int count = 0;
      for (CallRecord call : earlier.calls(runId)) {
        String label = call.identity().label();
        if (label != null) {
          sorted = count == sorted.length ? Arrays.copyOf(sorted, 2 * count) : sorted;
          sorted[count++] = labelled(label, call.identity().index());
        }
      }
      labels = Arrays.copyOf(sorted, count);
      Arrays.sort(labels);
    }
    return labels;
  }

  private static long labelled(String label, int index) {
    return (long) label.hashCode() << INDEX_BITS | index;
  }

  /** The call with an index. */
  @Nullable CallRecord at(int index) {
    CallRecord found = inPage(index);
    if (found == null) {
      boolean inOrder = index > lastAsked && index - lastAsked <= PAGE;
      page = earlier.calls(runId, index - 1, inOrder ? PAGE : 1);
      found = inPage(index);
    }
    lastAsked = index;
    return found;
  }

  private @Nullable CallRecord inPage(int index) {
    if (page.isEmpty()) {
      return null;
    }
    int place = index - page.get(0).identity().index();
    boolean there =
        place >= 0 && place < page.size() && page.get(place).identity().index() == index;
    return there ? page.get(place) : null;
  }
}
