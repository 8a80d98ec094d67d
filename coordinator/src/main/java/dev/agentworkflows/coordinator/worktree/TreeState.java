package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.store.WorktreeUse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A worktree at one time: what a call finds in it, and leaves.
 *
 * @param digest the same for equal files on the same base commit, wherever and whenever; null where
 *     something is in it that can't be compared, such as a repository of an agent's
 * @param files what differs from the base, by name: as {@link WorktreeUse#files}
 * @param head the commit that is checked out; empty without one
 * @param work all that it holds, also beside its files
 */
public record TreeState(
    @Nullable String digest, Map<String, String> files, String head, Work work) {

  private static final String FORMAT = "owf-tree 1";

  public TreeState {
    files = Collections.unmodifiableMap(new TreeMap<>(files));
  }

  static TreeState of(String base, List<Change> changes, boolean whole, String head, Work work) {
    Map<String, String> files = files(changes);
    return new TreeState(whole ? digest(base, files) : null, files, head, work);
  }

  static Map<String, String> files(List<Change> changes) {
    Map<String, String> files = new TreeMap<>();
    changes.forEach(change -> files.put(change.name(), state(change)));
    return files;
  }

  /** The digest of a worktree whose agents changed nothing. */
  public static String digestOf(String base) {
    return digest(base, Map.of());
  }

  private static String digest(String base, Map<String, String> files) {
    List<String> fields = new ArrayList<>(List.of(FORMAT, base));
    files.forEach((name, state) -> {
      fields.add(state);
      fields.add(name);
    });
    return Sha256.hex(FileNames.join(fields));
  }

  private static String state(Change change) {
    Entry after = change.after();
    return after == null ? WorktreeUse.GONE : after.mode() + " " + after.id();
  }

  /** What is otherwise than it was, as {@link WorktreeUse#files}. */
  public Map<String, String> since(TreeState before) {
    return difference(before.files(), files);
  }

  static Map<String, String> difference(Map<String, String> before, Map<String, String> now) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    Map<String, String> changed = new TreeMap<>();
    for (String name : names) {
      String was = before.getOrDefault(name, WorktreeUse.AS_BASE);
      String is = now.getOrDefault(name, WorktreeUse.AS_BASE);
      if (!was.equals(is)) {
        changed.put(name, is);
      }
    }
    return changed;
  }

  /** Whether nobody did anything in it since, to files, commits or anything beside them. */
  public boolean isAs(TreeState before) {
    return files.equals(before.files)
        && head.equals(before.head)
        && work.branch().equals(before.work.branch())
        && ownFindings().equals(before.ownFindings());
  }

  /** Stashes are the repository's: anybody may have made one meanwhile. */
  private List<String> ownFindings() {
    return work.findings().stream()
        .filter(finding -> !finding.equals(CommitInspection.STASH))
        .toList();
  }
}
