package dev.agentworkflows.coordinator.call;

/** How the coordinator answers an {@code agent()} call. */
public sealed interface CallOutcome {

  /** The call was made, or a remembered answer stood in; whatever its status, it is recorded. */
  record Answered(CallResult result) implements CallOutcome {}

  /** The script misused {@code agent()}; nothing is recorded. */
  record Misused(String message) implements CallOutcome {}

  /** Nothing fits into the budget any more; the call is recorded so. */
  record OverBudget(String message) implements CallOutcome {}
}
