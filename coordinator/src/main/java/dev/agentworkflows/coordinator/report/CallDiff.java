package dev.agentworkflows.coordinator.report;

/** What an isolated call changed, or why that can't be shown. */
public sealed interface CallDiff {

  /**
   * The worktree stands.
   *
   * @param patch in git's format, without keys
   */
  record Text(String patch) implements CallDiff {}

  /**
   * There is nothing to look at.
   *
   * @param why a sentence
   */
  record None(String why) implements CallDiff {}
}
