package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.store.RunRecord;
import java.util.Optional;

/** Reads what a run's {@code main} returned. */
public final class ReadOutput {

  private final OpenHome home;

  public ReadOutput(OpenHome home) {
    this.home = home;
  }

  /**
   * As JSON.
   *
   * @throws RefusedException when it returned nothing yet, or not at all
   */
  public String of(RunRecord run) {
    return ifThere(run)
        .orElseThrow(() -> new RefusedException(new RunRefusal.NoOutput(run.id(), run.status())));
  }

  /** As JSON; empty when it returned nothing yet, or not at all. */
  public Optional<String> ifThere(RunRecord run) {
    return home.store().reader().outputJson(run.id());
  }
}
