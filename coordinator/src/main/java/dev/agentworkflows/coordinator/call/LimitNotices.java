package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.limit.UsageHolds;

/**
 * Shows that a call waits for a usage limit: in progress, in its record, as an event of its run.
 */
final class LimitNotices {

  private final LimitWords words;
  private final CallRecorder recorder;

  LimitNotices(LimitWords words, CallRecorder recorder) {
    this.words = words;
    this.recorder = recorder;
  }

  void show(InFlightCall call, AdmittedCall admitted, Target target, UsageHolds.Wait wait) {
    String provider = target.name();
    CallEvents events = admitted.scope().events();
    String reason = words.reason(provider, wait);
    events.waiting(admitted.id(), reason);
    recorder.waiting(call, admitted, reason, wait.until());
    if (admitted.scope().mayWarn("usage limit of " + provider + " " + wait.until())) {
      events.usageLimit(provider, words.event(provider, wait), wait.until());
    }
  }
}
