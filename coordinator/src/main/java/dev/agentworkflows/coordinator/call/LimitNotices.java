package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.limit.UsageWait;
import dev.agentworkflows.coordinator.limit.UsageWindows;
import java.time.temporal.ChronoUnit;

/**
 * Shows that a call waits for a usage limit: in progress, in its record, as an event of its run;
 * and that a limit is near, as a warning.
 */
final class LimitNotices {

  private final LimitWords words;
  private final CallRecorder recorder;

  LimitNotices(LimitWords words, CallRecorder recorder) {
    this.words = words;
    this.recorder = recorder;
  }

  void show(InFlightCall call, AdmittedCall admitted, Target target, UsageWait wait) {
    String provider = target.name();
    CallEvents events = admitted.scope().events();
    String reason = words.reason(provider, wait);
    events.waiting(admitted.id(), reason);
    recorder.waiting(call, admitted, reason, wait.until());
    if (admitted.scope().mayWarn("usage limit of " + provider + " " + wait.until())) {
      events.usageLimit(provider, words.event(provider, wait), wait.until());
    }
  }

  /** Once in a run for each window, whatever later answers say of it. */
  void slowed(AdmittedCall admitted, Provider provider, UsageWindows.Slowed slowed) {
    int atOnce = slowed.atOnce(provider.concurrency());
    Object period = slowed.resetKnown() ? slowed.until().truncatedTo(ChronoUnit.HOURS) : "";
    if (atOnce < provider.concurrency()
        && admitted
            .scope()
            .mayWarn("window %s of %s %s".formatted(slowed.window(), provider.name(), period))) {
      admitted
          .scope()
          .events()
          .warning(admitted.id(), words.slowed(provider.name(), provider.concurrency(), slowed));
    }
  }
}
