package dev.agentworkflows.coordinator.budget;

/** Nothing fits into the budget any more; the message says what was spent and of how much. */
public final class BudgetExceededException extends Exception {

  private static final long serialVersionUID = 1L;

  BudgetExceededException(String message) {
    super(message, null, false, false); // It is an outcome: thousands of calls may have it at once.
  }
}
