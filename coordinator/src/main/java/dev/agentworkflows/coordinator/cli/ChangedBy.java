package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.coordinator.worktree.Contribution;
import dev.agentworkflows.coordinator.worktree.Patch;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunStore;
import dev.agentworkflows.store.WorktreeRecord;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Which calls changed what of a worktree, for people and as JSON. */
final class ChangedBy {

  private static final int MAX_NAMED = 20;

  private final RunStore store;
  private final List<Contribution> contributions;

  private ChangedBy(RunStore store, List<Contribution> contributions) {
    this.store = store;
    this.contributions = contributions;
  }

  static ChangedBy of(RunStore store, WorktreeRecord worktree, Patch patch) {
    return new ChangedBy(store, Contribution.of(store.worktreeUses(worktree.callId()), patch));
  }

  /** Nothing where all of it is one call's. */
  List<String> lines() {
    return contributions.size() < 2 ? List.of() : contributions.stream().map(this::line).toList();
  }

  private String line(Contribution contribution) {
    List<String> files = contribution.files();
    String named =
        String.join(", ", files.stream().limit(MAX_NAMED).toList())
            + (files.size() > MAX_NAMED ? " and %d more".formatted(files.size() - MAX_NAMED) : "");
    String who =
        contribution.callId() == null
            ? "changed by no call that ended"
            : "changed by "
                + contribution.callId()
                + label(contribution.callId()).map(label -> " (" + label + ")").orElse("");
    return VisibleText.uncut(who + ": " + named);
  }

  private Optional<String> label(String callId) {
    return store.call(callId).map(CallRecord::label);
  }

  void addTo(ObjectNode document) {
    ArrayNode all = document.putArray("changed_by");
    for (Contribution contribution : contributions) {
      ObjectNode one = all.addObject();
      one.put("call_id", contribution.callId());
      one.put(
          "label",
          contribution.callId() == null ? null : label(contribution.callId()).orElse(null));
      contribution.files().forEach(one.putArray("changed_files")::add);
    }
  }
}
