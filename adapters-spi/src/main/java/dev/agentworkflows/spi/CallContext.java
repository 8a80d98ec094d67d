package dev.agentworkflows.spi;

/** What the coordinator offers to an adapter during one attempt of a call. */
public interface CallContext {

  /** 1 for the first attempt of a call; retries and the corrective try after it count up. */
  int attempt();
}
