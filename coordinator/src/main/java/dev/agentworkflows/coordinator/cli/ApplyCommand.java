package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.Patch;
import dev.agentworkflows.coordinator.worktree.Work;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.WorktreeTurn;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunStore;
import dev.agentworkflows.store.WorktreeRecord;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "apply",
    description = "Bring what a call changed into the workspace, as uncommitted changes.")
@Manual(
    description =
        "All of it or nothing: where something does not fit, it says what, and changes "
            + "nothing. The worktree stays; `owf gc` removes it then.",
    examples = "owf apply run_20261122_143201_4f9c1a_call_0003",
    seeAlso = {"diff", "gc", "docs/isolation.md"})
final class ApplyCommand extends WorktreeCommand {

  @CommandLine.Parameters(paramLabel = "CALL", description = "A call id.")
  private String call = "";

  ApplyCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean onlyLooks() {
    return false;
  }

  @Override
  int show(RunStore store, WorkflowHome where, Worktrees worktrees)
      throws GitException, InterruptedException {
    WorktreeRecord record = standing(store, call);
    RunRecord run = RunLookup.run(store, RunLookup.call(store, call).runId());
    if (run.status() == RunStatus.RUNNING) {
      throw new RefusedException(
          run.id() + " is still running.\nApply its calls when it has ended.");
    }
    refuseApplied(record);
    Worktree worktree = own(record, worktrees);
    try (WorktreeTurn turn = WorktreeTurn.tryChanging(worktree, "apply").orElse(null)) {
      if (turn == null) {
        throw new RefusedException(
            "a call works in the worktree of "
                + record.callId()
                + ".\nApply it when that call has ended.");
      }
      apply(store, worktrees, record, worktree, run);
    }
    return ExitCode.FINE;
  }

  private void apply(
      RunStore store, Worktrees worktrees, WorktreeRecord record, Worktree worktree, RunRecord run)
      throws GitException, InterruptedException {
    Worktrees.Inspected inspected = worktrees.inspected(worktree);
    Work work = inspected.work();
    Patch patch = inspected.patch();
    if (patch.isEmpty()) {
      throw new RefusedException(call + " changed no file: there is nothing to apply.");
    }
    if (!patch.submodules().isEmpty()) {
      throw new RefusedException(
          "submodules changed, whose commits are in the worktree alone: "
              + String.join(", ", patch.submodules())
              + ".\nTake them by hand from "
              + record.path()
              + ".");
    }
    worktrees.apply(
        worktree,
        patch,
        Path.of(run.workspace()),
        new Worktrees.Ledger() {
          @Override
          public void claim() {
            refuseApplied(standing(store, call));
          }

          @Override
          public void applied() {
            store
                .applyWorktree(record.callId(), patch.digest(), environment().clock().instant())
                .join();
          }
        });
    print(record, run, inspected, ChangedBy.of(store, record, patch));
  }

  private static void refuseApplied(WorktreeRecord record) {
    if (record.appliedAt() != null) {
      throw new RefusedException(
          record.callId()
              + " was applied already, at "
              + record.appliedAt()
              + ".\nIts worktree is "
              + record.path()
              + ", its branch "
              + record.branch()
              + ".");
    }
  }

  private void print(
      WorktreeRecord record, RunRecord run, Worktrees.Inspected inspected, ChangedBy changedBy) {
    Work work = inspected.work();
    Patch patch = inspected.patch();
    // The others were changed back, or are in commits elsewhere.
    List<String> files = work.changedFiles().stream().filter(patch.files()::contains).toList();
    if (json()) {
      ObjectNode document = Json.object();
      document.put("call_id", record.callId());
      document.put("workspace", run.workspace());
      files.forEach(document.putArray("changed_files")::add);
      work.beyondPatch().forEach(document.putArray("not_applied")::add);
      changedBy.addTo(document);
      screen().json(document);
    } else {
      screen().line("applied to " + run.workspace() + ":");
      files.forEach(file -> screen().line("  " + VisibleText.line(file)));
      changedBy.lines().forEach(line -> screen().line(line));
    }
    if (!work.beyondPatch().isEmpty()) {
      screen().note("owf: not applied: " + VisibleText.line(String.join(", ", work.beyondPatch())));
    }
  }
}
