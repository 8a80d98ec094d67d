package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.store.RunRecord;

/** Explains why each call of a run was or was not answered from memory. */
public final class ExplainCache {

  private final OpenHome home;

  public ExplainCache(OpenHome home) {
    this.home = home;
  }

  /** A reason for each call, found as it is asked for. */
  public Iterable<CacheReason> of(RunRecord run) {
    return RunSources.eachCacheReason(home.store(), run);
  }
}
