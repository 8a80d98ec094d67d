package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.worktree.Contribution;
import dev.agentworkflows.coordinator.worktree.Patch;
import dev.agentworkflows.store.Store;
import dev.agentworkflows.store.WorktreeRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who changed what of a worktree.
 *
 * @param callId null for what no call had left when it ended
 * @param label the call's
 * @param files from the worktree's top, sorted
 */
public record ChangedBy(@Nullable String callId, @Nullable String label, List<String> files) {

  static List<ChangedBy> of(Store store, WorktreeRecord worktree, Patch patch) {
    return Contribution.of(store.history().worktreeUses(worktree.callId()), patch).stream()
        .map(one ->
            new ChangedBy(
                one.callId(),
                one.callId() == null
                    ? null
                    : store
                        .reader()
                        .call(one.callId())
                        .map(call -> call.identity().label())
                        .orElse(null),
                one.files()))
        .toList();
  }
}
