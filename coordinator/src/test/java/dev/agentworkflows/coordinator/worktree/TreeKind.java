package dev.agentworkflows.coordinator.worktree;

import java.util.function.Function;

/**
 * A kind of things that an agent may do in its worktree.
 *
 * @param name {@code group.name}
 * @param reach how much of it the coordinator has to manage
 * @param script what it does this time
 */
record TreeKind(String name, Reach reach, Function<Dice, String> script) {

  /** How much of a kind the coordinator has to manage. */
  enum Reach {
    /** Ordinary files and commits: must be applied, and must not be kept without work. */
    PLAIN,
    /** May be refused by name, or kept to be safe; never lost. */
    ODD,
    /** As {@code ODD}, and git is of no use to the agent afterwards: comes last. */
    LAST
  }

  static TreeKind plain(String name, Function<Dice, String> script) {
    return new TreeKind(name, Reach.PLAIN, script);
  }

  static TreeKind plain(String name, String script) {
    return plain(name, dice -> script);
  }

  static TreeKind odd(String name, Function<Dice, String> script) {
    return new TreeKind(name, Reach.ODD, script);
  }

  static TreeKind odd(String name, String script) {
    return odd(name, dice -> script);
  }

  static TreeKind last(String name, String script) {
    return new TreeKind(name, Reach.LAST, dice -> script);
  }

  TreeStep step(Dice dice) {
    return new TreeStep(name, script.apply(dice));
  }
}
