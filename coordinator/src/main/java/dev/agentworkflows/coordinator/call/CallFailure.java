package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.Causes;
import dev.agentworkflows.coordinator.budget.BudgetExceededException;
import dev.agentworkflows.store.CallStatus;

/** Ends a call on its way: which status it gets, and what people are told. */
final class CallFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final CallStatus status;

  CallFailure(CallStatus status, String message) {
    // No stack trace: this is an ordinary way for a call to end, thousands of times a second.
    super(message, null, false, false);
    this.status = status;
  }

  CallStatus status() {
    return status;
  }

  /** What a step threw, without what futures wrap around it. */
  static Throwable cause(Throwable thrown) {
    return Causes.of(thrown);
  }

  /** What a step's exception means for the call. */
  static CallFailure of(Throwable thrown) {
    Throwable cause = cause(thrown);
    if (cause instanceof CallFailure failure) {
      return failure;
    }
    if (cause instanceof BudgetExceededException) {
      return new CallFailure(CallStatus.BUDGET_EXCEEDED, String.valueOf(cause.getMessage()));
    }
    return new CallFailure(CallStatus.FAILED, "unexpected: " + cause);
  }
}
