package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.Refusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.WorktreeRefusal;
import java.util.stream.Collectors;

/** What a model is told where something is refused, and how it goes on with its tools. */
final class RefusalText {

  private RefusalText() {}

  static String of(RefusedException refused) {
    return refused
        .refusal()
        .map(refusal -> refusal.followedBy(wayOn(refusal)))
        .orElse(String.valueOf(refused.getMessage()));
  }

  private static String wayOn(Refusal refusal) {
    if (refusal instanceof WorktreeRefusal.InUse) {
      return ". owf_calls shows the call; wait for its end.";
    }
    if (refusal instanceof RunRefusal.NoRunYet) {
      return ". owf_run_workflow runs a script.";
    }
    if (refusal instanceof RunRefusal.UnknownRun) {
      return ". owf_list_runs lists those that there are.";
    }
    if (refusal instanceof RunRefusal.UnknownCall) {
      return ". owf_calls lists those of a run.";
    }
    if (refusal instanceof RunRefusal.ChildRun child) {
      return ". Name its parent, " + child.parent() + ".";
    }
    if (refusal instanceof RunRefusal.StillRunning) {
      return ". owf_cancel ends it; owf_status with wait_seconds waits for its end.";
    }
    if (refusal instanceof RunRefusal.NoOutput) {
      return ". owf_status tells why.";
    }
    if (refusal instanceof RunRefusal.SeveralQuestions several) {
      return several.waiting().stream()
          .map(asked -> "\n  %d: %s".formatted(asked.position(), asked.question()))
          .collect(Collectors.joining("", ": say which with question.", ""));
    }
    if (refusal instanceof ScriptRefusal.NoPython
        || refusal instanceof ScriptRefusal.PythonSilent
        || refusal instanceof ScriptRefusal.PythonBroken
        || refusal instanceof ScriptRefusal.PythonTooOld) {
      return ". Python 3.10 or newer is needed; whoever starts this server can name one.";
    }
    if (refusal instanceof ScriptRefusal.Rejected
        || refusal instanceof ScriptRefusal.EndedBeforeRun) {
      // What another program said ends as it likes.
      return "";
    }
    if (refusal instanceof ScriptRefusal.IsDirectory) {
      return ". Name the script to write.";
    }
    if (refusal instanceof ScriptRefusal.FileExists) {
      return ". Pass force to overwrite it.";
    }
    return ".";
  }
}
