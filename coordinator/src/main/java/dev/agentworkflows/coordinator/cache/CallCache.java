package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.store.RunStore;
import org.jspecify.annotations.Nullable;

/** The answers that were paid for, by key and occurrence. */
public final class CallCache {

  private final RunStore store;

  public CallCache(RunStore store) {
    this.store = store;
  }

  /**
   * Decides about one call; reads the store on the calling thread.
   *
   * @param key null exactly when the call is mutating
   */
  public CacheDecision decide(@Nullable CallKey key, int occurrence, CachePolicy policy) {
    if (key == null) {
      return new CacheDecision.Bypass();
    }
    if (policy == CachePolicy.DISABLED) {
      return new CacheDecision.Disabled();
    }
    if (!policy.reads()) {
      return new CacheDecision.Miss(policy.writes());
    }
    return store
        .remembered(key.hash(), occurrence)
        .<CacheDecision>map(CacheDecision.Hit::new)
        .orElseGet(() -> new CacheDecision.Miss(policy.writes()));
  }
}
