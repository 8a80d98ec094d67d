package dev.agentworkflows.store;

import java.util.Optional;

/** A call's public id, taken apart: it is derived from its run and index, and so not stored. */
record CallId(String runId, int index) {
  private static final String INFIX = "_call_";

  CallId {
    if (index < 1) {
      throw new IllegalArgumentException("a call's number is not one that this program gives");
    }
  }

  static Optional<CallId> parse(String id) {
    int at = id.lastIndexOf(INFIX);
    if (at < 0) {
      return Optional.empty();
    }
    try {
      int index = Integer.parseInt(id.substring(at + INFIX.length()));
      // One call has one id: not also "+1" or "1" for "0001".
      return Optional.of(index)
          .filter(number -> number > 0)
          .map(number -> new CallId(id.substring(0, at), number))
          .filter(parsed -> parsed.text().equals(id));
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
