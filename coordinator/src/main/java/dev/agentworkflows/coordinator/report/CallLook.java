package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;

/** How a call shows in a page: each look has a colour, a shape and a word. */
enum CallLook {
  DONE("done"),
  CACHED("cached"),
  FAILED("failed"),
  CANCELLED("cancelled"),
  RUNNING("running");

  private final String word;

  CallLook(String word) {
    this.word = word;
  }

  static CallLook of(CallRecord call) {
    if (call.cacheStatus() == CacheStatus.HIT) {
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

  /** The word for one call: a failure says which. */
  static String word(CallRecord call) {
    CallLook look = of(call);
    return look == FAILED ? call.status().label() : look.word;
  }
}
