package dev.agentworkflows.coordinator.worktree;

import java.util.Set;

/** What the coordinator does not manage yet; {@code -Dworktree.all=true} draws it all the same. */
final class KindsTurnedOff {

  static final Set<String> NAMES = Set.of();

  static final Set<String> TEMPLATES = Set.of();

  static final Set<String> SETTINGS = Set.of();

  private KindsTurnedOff() {}
}
