package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;

/** How a call shows in a page: each style has a colour, a shape and a word. */
enum CallStyle {
  DONE("done"),
  CACHED("cached"),
  FAILED("failed"),
  CANCELLED("cancelled"),
  RUNNING("running");

  private final String word;

  CallStyle(String word) {
    this.word = word;
  }

  static CallStyle of(CallRecord call) {
    if (call.cache().status() == CacheStatus.HIT) {
      return CACHED;
    }
    return switch (call.status()) {
      case DONE -> DONE;
      case RUNNING -> RUNNING;
      case CANCELLED -> CANCELLED;
      default -> FAILED;
    };
  }

  /** For people, and the name of the style. */
  String word() {
    return word;
  }

  /** The word for one call: a failure says which, and a call that is not out that it waits. */
  static String word(CallRecord call) {
    CallStyle style = of(call);
    if (style == RUNNING && call.waiting() != null) {
      return "waiting";
    }
    return style == FAILED ? call.status().label() : style.word;
  }
}
