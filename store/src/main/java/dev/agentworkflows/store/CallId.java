package dev.agentworkflows.store;

import java.util.Optional;

/** A call's public id, taken apart: it is derived from its run and index, and so not stored. */
record CallId(String runId, int index) {
  private static final String INFIX = "_call_";

  static Optional<CallId> parse(String id) {
    int at = id.lastIndexOf(INFIX);
    if (at < 0) {
      return Optional.empty();
    }
    try {
      CallId parsed =
          new CallId(id.substring(0, at), Integer.parseInt(id.substring(at + INFIX.length())));
      // One call has one id: not also "+1" or "1" for "0001".
      return parsed.index > 0 && parsed.text().equals(id) ? Optional.of(parsed) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  static CallId require(String id) {
    return parse(id)
        .orElseThrow(
            () -> new StoreException("\"" + id + "\" is no call id: expected <run id>_call_0001."));
  }

  /** The id as people see it. */
  String text() {
    String digits = Integer.toString(index);
    return runId + INFIX + "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }
}
