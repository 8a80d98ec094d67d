package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallTexts;
import java.util.Optional;

/** Shows a call: its record, and what was asked and answered. */
public final class ShowCall {

  private final OpenHome home;

  public ShowCall(OpenHome home) {
    this.home = home;
  }

  /**
   * The call with this id.
   *
   * @throws dev.agentworkflows.coordinator.RefusedException when there is none
   */
  public CallRecord of(String id) {
    return RunLookup.call(home.store().reader(), id);
  }

  /** The call with this id; empty when there is none. */
  public Optional<CallRecord> ifThere(String id) {
    return home.store().reader().call(id);
  }

  /**
   * Its texts.
   *
   * @throws dev.agentworkflows.coordinator.RefusedException when somebody has changed the database,
   *     or it is damaged
   */
  public CallTexts texts(CallRecord call) {
    return RunFiles.texts(home.store().reader(), call);
  }

  /** Its texts, for a page that shows the rest of it without them. */
  public Optional<CallTexts> textsIfThere(CallRecord call) {
    return home.store().reader().texts(call.id());
  }
}
