package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallCompletionRow.Remember;
import dev.agentworkflows.store.RememberedResult;

/** What the cache decided about a call, before anything was paid. */
public sealed interface CacheDecision {

  /** What users see of it. */
  CacheStatus status();

  /**
   * The remembered answer stands in for the call.
   *
   * @param key the one of the call's keys under which it was found
   */
  record Hit(RememberedResult result, CallKey key) implements CacheDecision {
    @Override
    public CacheStatus status() {
      return CacheStatus.HIT;
    }
  }

  /**
   * The call goes out.
   *
   * @param remember whether its answer may stand in for later calls
   */
  record Miss(Remember remember) implements CacheDecision {
    @Override
    public CacheStatus status() {
      return CacheStatus.MISS;
    }
  }

  /** The call goes out, and the policy wants nothing of the cache. */
  record Disabled() implements CacheDecision {
    @Override
    public CacheStatus status() {
      return CacheStatus.DISABLED;
    }
  }

  /** Mutating: the cache is neither asked nor told. */
  record Bypass() implements CacheDecision {
    @Override
    public CacheStatus status() {
      return CacheStatus.BYPASSED;
    }
  }
}
