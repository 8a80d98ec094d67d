package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.store.CallIdentity;

/** Calls as reports name them. */
final class CallNames {

  private CallNames() {}

  /** {@code 3 summarize}; the number alone for a call without a label. */
  static String numbered(CallIdentity call) {
    return call.index() + (call.label() == null ? "" : " " + call.label());
  }
}
