package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallCompletionRow.Remember;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a call wants of the cache. */
public enum CachePolicy {
  /** Reads and writes. */
  AUTO(true, true),
  /** Reads, never writes. */
  READ_ONLY(true, false),
  /** Writes, never reads. */
  REFRESH(false, true),
  /** Neither. */
  DISABLED(false, false);

  private final boolean reads;
  private final boolean writes;

  CachePolicy(boolean reads, boolean writes) {
    this.reads = reads;
    this.writes = writes;
  }

  boolean reads() {
    return reads;
  }

  /** What is recorded of a call that was answered by no remembered result. */
  public CacheStatus statusWithoutAnswer() {
    return reads || writes ? CacheStatus.MISS : CacheStatus.DISABLED;
  }

  /** An answer that was wanted although there was one takes that one's place. */
  Remember remember() {
    return !writes ? Remember.NO : reads ? Remember.ADD : Remember.REPLACE;
  }

  /** The name that users write. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The policy that users write so. */
  public static Optional<CachePolicy> ofLabel(String label) {
    return Arrays.stream(values()).filter(policy -> policy.label().equals(label)).findFirst();
  }

  /** All of them, for messages. */
  public static String labels() {
    return Arrays.stream(values()).map(CachePolicy::label).collect(Collectors.joining(", "));
  }
}
