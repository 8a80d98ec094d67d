package dev.agentworkflows.coordinator.worktree;

import java.util.Set;

/** What the coordinator does not manage yet; {@code -Dworktree.all=true} draws it all the same. */
final class KindsTurnedOff {

  /** In a sparse checkout, apply changes a mode besides (seed 3547799282, tree 334). */
  static final Set<String> NAMES = Set.of("git.chmod-in-index");

  static final Set<String> TEMPLATES = Set.of();

  static final Set<String> SETTINGS = Set.of();

  private KindsTurnedOff() {}
}
