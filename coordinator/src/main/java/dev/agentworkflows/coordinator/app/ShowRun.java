package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.RunRecord;
import java.util.List;
import java.util.Optional;

/** Shows a run as it stands. */
public final class ShowRun {

  private final OpenHome home;

  public ShowRun(OpenHome home) {
    this.home = home;
  }

  /**
   * The run with this id, or the latest.
   *
   * @throws dev.agentworkflows.coordinator.RefusedException when there is none
   */
  public RunRecord of(String id) {
    return RunLookup.run(home.store().reader(), id);
  }

  /** The run with this id; empty when there is none. */
  public Optional<RunRecord> ifThere(String id) {
    return home.store().reader().run(id);
  }

  /** Its calls in the order in which the script made them, read as they are asked for. */
  public Iterable<CallRecord> calls(RunRecord run) {
    return home.store().reader().eachCall(run.id());
  }

  /** What its script asked people for. */
  public List<ApprovalRecord> approvals(RunRecord run) {
    return home.store().reader().approvals(run.id());
  }

  /** What happened in it, read as it is asked for. */
  public Iterable<EventRecord> events(RunRecord run) {
    return home.store().reader().eachEvent(run.id());
  }

  /** Some of its calls; what that costs does not grow with the run. */
  public CallPage calls(RunRecord run, int offset, int limit) {
    return CallPage.of(home.store().reader(), run.id(), offset, limit);
  }
}
