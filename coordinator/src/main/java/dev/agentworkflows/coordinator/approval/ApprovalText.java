package dev.agentworkflows.coordinator.approval;

import dev.agentworkflows.store.ApprovalRecord;

/** Questions and their answers as people read them. */
public final class ApprovalText {

  private ApprovalText() {}

  /** What a run waits for, in words for all who read it later. */
  public static String asked(ApprovalRecord asked) {
    return question(asked) + " -- waits for an answer";
  }

  /** What a run waits for, and how it is answered on a terminal. */
  public static String waiting(ApprovalRecord asked) {
    return "%s -- answer with: %s".formatted(question(asked), command(asked));
  }

  /** The command that answers. */
  public static String command(ApprovalRecord asked) {
    return "owf approve %s --question %d --yes (or --no)"
        .formatted(asked.runId(), asked.position());
  }

  /** The question and its answer. */
  public static String answer(ApprovalRecord answered) {
    return switch (answered.status()) {
      case WAITING -> question(answered) + " -- not answered yet";
      case YES -> question(answered) + " -- yes, " + source(answered);
      case NO -> question(answered) + " -- no, " + source(answered);
      case TIMED_OUT -> question(answered) + " -- nobody answered in time";
      case WITHDRAWN -> question(answered) + " -- taken back by the script";
    };
  }

  private static String question(ApprovalRecord asked) {
    return asked.label() == null
        ? asked.question()
        : "[%s] %s".formatted(asked.label(), asked.question());
  }

  private static String source(ApprovalRecord answered) {
    String by = String.valueOf(answered.answeredBy());
    if (by.equals(RunApprovals.BY_DEFAULT)) {
      return "by default";
    }
    return (by.startsWith("run_") ? "as told in " : "by ") + by;
  }
}
