package dev.agentworkflows.coordinator.worktree;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What has to be in a checkout after an apply: what was there, and each of the agent's changes byte
 * for byte, or named as not brought.
 */
record TreeArrival(
    TreeCase tree, TreeJudgement left, FileSnapshot agents, FileSnapshot users, TreeMerge merge) {

  /** Checks it; gives the changed paths that did not arrive. */
  List<String> check(FileSnapshot now, Collection<String> told) {
    List<String> missing = new ArrayList<>();
    for (String path : left.changed()) {
      if (arrived(path, now)) {
        continue;
      }
      missing.add(path);
      boolean asBefore = same(now.at(path), users.at(path));
      boolean merged = isMerged(path);
      if (merged && path.equals("long.txt")) {
        merge.check();
      }
      if (!merged && !(asBefore && TreeNames.named(path, List.of(), told))) {
        throw new BrokenPromise(
            "not byte for byte",
            path
                + ": the agent left "
                + agents.at(path)
                + ", the user had "
                + users.at(path)
                + ", and has "
                + now.at(path)
                + "; told: "
                + told);
      }
      if (merged) {
        missing.remove(path);
      }
    }
    TreeSet<String> others = users.changed(now);
    others.removeAll(left.changed());
    others.removeIf(path -> left.open().contains(path) && arrived(path, now));
    others.removeIf(path -> hasModeOfIndex(path, now.at(path)));
    others.removeIf(
        path -> isDirectoryOrNothing(users.at(path)) && isDirectoryOrNothing(now.at(path)));
    boolean rulesChanged = left.changed().stream().anyMatch(path -> path.endsWith(".gitignore"));
    if (rulesChanged) {
      others.removeIf(path -> left.ignored().contains(path) && same(now.at(path), agents.at(path)));
    }
    if (!others.isEmpty()) {
      throw new BrokenPromise("user's checkout touched", "apply changed besides: " + others);
    }
    return missing;
  }

  /** Where both changed one file, it holds both changes, also under a new name. */
  private boolean isMerged(String path) {
    String both =
        switch (tree.user()) {
          case SAME_FILE_ELSEWHERE -> "long.txt";
          case OTHER_FILE_CHANGED, OTHER_FILE_COMMITTED, STAGED -> "latin1.txt";
          default -> "";
        };
    return left.changed().contains(both)
        && (path.equals(both) || agents.at(both) == null && users.at(path) == null);
  }

  private boolean arrived(String path, FileSnapshot now) {
    FileSnapshot.Entry is = agents.at(path);
    FileSnapshot.Entry there = now.at(path);
    if (is == null || is.isDirectory()) {
      // An empty directory is nothing that can be brought.
      return there == null || there.isDirectory();
    }
    boolean modes = !tree.settings().contains("core.fileMode false");
    return is.arrivedAs(there)
        || !modes
            && there != null
            && is.kind() == there.kind()
            && is.content().equals(there.content());
  }

  /** A mode that the agent gave a file in git's index alone is brought like any other. */
  private boolean hasModeOfIndex(String path, FileSnapshot.@Nullable Entry now) {
    Boolean executable = left.modes().get(path);
    FileSnapshot.Entry user = users.at(path);
    FileSnapshot.Entry agent = agents.at(path);
    return executable != null
        && now != null
        && now.kind() == 'f'
        && executable == ((now.mode() & 0100) != 0)
        && (user != null ? user : Objects.requireNonNull(agent)).content().equals(now.content());
  }

  private static boolean same(
      FileSnapshot.@Nullable Entry one, FileSnapshot.@Nullable Entry other) {
    return one == null ? other == null : one.equals(other);
  }

  private static boolean isDirectoryOrNothing(FileSnapshot.@Nullable Entry entry) {
    return entry == null || entry.isDirectory();
  }
}
