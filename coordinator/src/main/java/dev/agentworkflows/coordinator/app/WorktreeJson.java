package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the use cases of worktrees return, as the documents that programs read. */
public final class WorktreeJson {

  private WorktreeJson() {}

  public static ObjectNode of(ShowChanges.Changes changes) {
    ObjectNode document = Json.object();
    document.put("call_id", changes.worktree().callId());
    document.put("base_commit", changes.worktree().baseCommit());
    document.put("worktree_path", changes.worktree().path());
    document.put("worktree_branch", changes.work().branch());
    changes.work().changedFiles().forEach(document.putArray("changed_files")::add);
    changes.notInDiff().forEach(document.putArray("not_in_diff")::add);
    document.put("applied", changes.worktree().appliedAt() != null);
    document.put("diff", new String(changes.diff(), StandardCharsets.UTF_8));
    add(changes.changedBy(), document);
    return document;
  }

  public static ObjectNode of(ApplyChanges.Applied applied) {
    ObjectNode document = Json.object();
    document.put("call_id", applied.callId());
    document.put("workspace", applied.workspace());
    applied.files().forEach(document.putArray("changed_files")::add);
    applied.notApplied().forEach(document.putArray("not_applied")::add);
    add(applied.changedBy(), document);
    return document;
  }

  public static ObjectNode of(CollectGarbage.Request request, CollectGarbage.Result result) {
    ObjectNode document = Json.object();
    document.put("dry_run", request.dryRun());
    ArrayNode worktrees = document.putArray("worktrees");
    result
        .worktrees()
        .forEach(decision ->
            worktrees
                .addObject()
                .put("call_id", decision.worktree().callId())
                .put("worktree_path", decision.worktree().path())
                .put("worktree_branch", decision.worktree().branch())
                .put("removed", decision.removed())
                .put("reason", decision.reason()));
    ArrayNode runs = document.putArray("runs");
    result
        .runs()
        .forEach(decision ->
            runs.addObject()
                .put("run_id", decision.run().id())
                .put("removed", decision.removed())
                .put("reason", decision.reason()));
    return document;
  }

  private static void add(List<ChangedBy> changes, ObjectNode document) {
    ArrayNode all = document.putArray("changed_by");
    for (ChangedBy change : changes) {
      ObjectNode one = all.addObject();
      one.put("call_id", change.callId());
      one.put("label", change.label());
      change.files().forEach(one.putArray("changed_files")::add);
    }
  }
}
