package dev.agentworkflows.coordinator.worktree;

import java.util.List;

/**
 * What a worktree holds that its base does not.
 *
 * @param changedFiles relative to the worktree's top, as the file system has them, sorted; a rename
 *     is the new name
 * @param findings what there is, for people: {@code "3 changed files"}, {@code "2 commits"}
 * @param beyondPatch those of the findings that the patch from base to files does not carry
 * @param branch the one that holds the work: an agent may have renamed the call's, or made another
 */
public record Work(
    List<String> changedFiles, List<String> findings, List<String> beyondPatch, String branch) {

  public Work {
    changedFiles = List.copyOf(changedFiles);
    findings = List.copyOf(findings);
    beyondPatch = List.copyOf(beyondPatch);
  }

  /** Nothing would be lost with the worktree. */
  public boolean none() {
    return findings.isEmpty();
  }

  /** {@code "3 changed files, 2 commits"}. */
  public String summary() {
    return String.join(", ", findings);
  }
}
