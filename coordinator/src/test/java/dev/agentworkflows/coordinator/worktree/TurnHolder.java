package dev.agentworkflows.coordinator.worktree;

import java.nio.file.Path;

/** Another process that has a turn in a worktree until its standard input ends. */
public final class TurnHolder {

  private TurnHolder() {}

  /**
   * @param args the worktree's path, and "changing" or "reading"
   */
  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]);
    Worktree worktree =
        new Worktree(String.valueOf(path.getFileName()), path, path, "owf/r/c", "0".repeat(40));
    try (WorktreeTurn turn =
        WorktreeTurn.request(worktree, "another process", args[1].equals("changing"))) {
      turn.granted().join().keepOthersOut();
      System.out.println("in");
      while (System.in.read() >= 0) {
        // Until the test closes it.
      }
    }
  }
}
