package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.Refusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.util.stream.Collectors;

/** What the command line says where something is refused, and how one goes on by it. */
final class RefusalText {

  private RefusalText() {}

  /** One or two lines. */
  static String of(RefusedException refused) {
    return refused.refusal().map(RefusalText::of).orElse(String.valueOf(refused.getMessage()));
  }

  /** The same refusal with this text, for who shows messages as they come. */
  static RefusedException worded(RefusedException refused) {
    return refused.refusal().isEmpty() ? refused : new RefusedException(of(refused), refused);
  }

  private static String of(Refusal refusal) {
    if (refusal instanceof Refusal.BadSetting bad) {
      return "%s is %s, where %s was expected."
          .formatted(option(bad.setting()), bad.value(), bad.expected());
    }
    return refusal.text() + wayOn(refusal);
  }

  private static String wayOn(Refusal refusal) {
    if (refusal instanceof Refusal.NoRunYet) {
      return ". Run a script first.";
    }
    if (refusal instanceof Refusal.UnknownRun) {
      return ". `runs` lists those that there are.";
    }
    if (refusal instanceof Refusal.UnknownCall) {
      return ". `calls RUN` lists those of a run.";
    }
    if (refusal instanceof Refusal.ChildRun child) {
      return switch (child.asked()) {
        case RESUME -> ".\nResume its parent: owf resume " + child.parent();
        case CANCEL -> ".\nCancel its parent: owf cancel " + child.parent();
        case ANSWER -> ".\nIts parent asks for it: owf approve " + child.parent();
      };
    }
    if (refusal instanceof Refusal.StillRunning) {
      return ".\nEnd it first, or wait for its end.";
    }
    if (refusal instanceof Refusal.NoOutput none) {
      return ".\n`status " + none.run() + "` tells why.";
    }
    if (refusal instanceof Refusal.SeveralQuestions several) {
      return several.waiting().stream()
          .map(asked -> "\n  %d: %s".formatted(asked.position(), asked.question()))
          .collect(Collectors.joining("", ": say which with --question N.", ""));
    }
    if (refusal instanceof Refusal.IsDirectory directory) {
      return ".\nName the script to write, as in " + directory.path().resolve("first.py");
    }
    if (refusal instanceof Refusal.FileExists) {
      return ".\nPass --force to overwrite it.";
    }
    return ".";
  }

  private static String option(Refusal.Setting setting) {
    return switch (setting) {
      case PROVIDER -> "--provider";
      case BUDGET_TOKENS -> "--budget-tokens";
      case BUDGET_COST_USD -> "--budget-cost-usd";
      case CACHE_POLICY -> "--cache-policy";
      case TIMEOUT -> "--timeout";
      case WAIT_FOR_LIMITS -> "--wait-for-limits";
      case LIMIT -> "--limit";
    };
  }
}
