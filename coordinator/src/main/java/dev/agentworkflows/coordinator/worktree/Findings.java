package dev.agentworkflows.coordinator.worktree;

import java.util.ArrayList;
import java.util.List;

/** What was found in a worktree so far, in words for people. */
final class Findings {

  private final List<String> inPatch = new ArrayList<>();
  private final List<String> beyondPatch = new ArrayList<>();

  /** Something that the patch from base to files carries. */
  void inPatch(String finding) {
    inPatch.add(finding);
  }

  /** Something that it does not carry. */
  void beyondPatch(String finding) {
    beyondPatch.add(finding);
  }

  /** Something that is lost only where there is nothing else: then it must be named. */
  void state(String finding) {
    (inPatch.isEmpty() ? beyondPatch : inPatch).add(finding);
  }

  Work work(List<String> changedFiles, String branch) {
    List<String> all = new ArrayList<>(inPatch);
    all.addAll(beyondPatch);
    return new Work(changedFiles, all, beyondPatch, branch);
  }

  static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
