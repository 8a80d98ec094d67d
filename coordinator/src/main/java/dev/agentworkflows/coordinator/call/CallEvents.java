package dev.agentworkflows.coordinator.call;

/** Where a run's calls tell what people should know of them. Thread-safe; never blocks. */
public interface CallEvents {

  /** Adds a warning to the run's events: a person should look at it. */
  void warning(String callId, String message);

  /** Shows what a call's agent is doing; kept nowhere. */
  void progress(String callId, String message);
}
