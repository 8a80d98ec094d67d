package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.store.RunReader;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The answers that were paid for. */
public final class CallCache {

  private final RunReader reader;

  public CallCache(RunReader reader) {
    this.reader = reader;
  }

  /**
   * Decides about one call; reads the store on the calling thread. Calls of a run tree are decided
   * one by one, in their order.
   *
   * @param key null exactly when the call is mutating
   * @param place 0 when its shim knows no places
   * @param occurrence how many calls of the tree had this key before, plus 1
   */
  public CacheDecision decide(
      @Nullable CallKey key, long place, int occurrence, CachePolicy policy, Samples samples) {
    if (key == null) {
      return new CacheDecision.Bypass();
    }
    if (policy == CachePolicy.DISABLED) {
      return new CacheDecision.Disabled();
    }
    if (!policy.reads()) {
      return new CacheDecision.Miss(policy.remember());
    }
    Optional<CacheDecision.Hit> hit = samples.take(reader, key.withFewer(), place, occurrence);
    return hit.isPresent() ? hit.get() : new CacheDecision.Miss(policy.remember());
  }
}
