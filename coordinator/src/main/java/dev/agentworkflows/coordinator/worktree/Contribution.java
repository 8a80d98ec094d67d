package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.store.WorktreeUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What of a worktree's changes is one call's. Several calls may have changed one file.
 *
 * @param callId null for what no call had left when it ended: the work of one that was killed, or
 *     of somebody after the last
 * @param files from the worktree's top, sorted
 */
public record Contribution(@Nullable String callId, List<String> files) {

  public Contribution {
    files = List.copyOf(files);
  }

  /**
   * Those of all calls that left changes, in the order in which they left.
   *
   * @param uses in that order
   */
  public static List<Contribution> of(List<WorktreeUse> uses, Patch patch) {
    List<Contribution> all = new ArrayList<>();
    Map<String, String> known = new TreeMap<>();
    for (WorktreeUse use : uses) {
      if (!use.files().isEmpty()) {
        known.putAll(use.files());
        all.add(new Contribution(use.callId(), use.files().keySet().stream().sorted().toList()));
      }
    }
    List<String> others =
        TreeState.difference(known, TreeState.files(patch.changes())).keySet().stream().toList();
    if (!others.isEmpty()) {
      all.add(new Contribution(null, others));
    }
    return all;
  }
}
