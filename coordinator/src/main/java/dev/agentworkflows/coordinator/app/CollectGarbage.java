package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.WorktreeRefusal;
import dev.agentworkflows.coordinator.run.RunRetention;
import dev.agentworkflows.coordinator.worktree.WorktreeGc;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.WorktreeRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Removes worktrees that hold nothing unapplied, and old runs. */
public final class CollectGarbage {

  /**
   * What to remove.
   *
   * @param dryRun decides, and removes nothing
   * @param before runs that began earlier; null for no run, unless {@code keep} is set
   * @param keep how many of the newest runs stay; null for all, unless {@code before} is set
   * @param forced the call whose worktree goes with whatever it holds; null for none
   */
  public record Request(
      boolean dryRun, @Nullable Instant before, @Nullable Integer keep, @Nullable String forced) {}

  /** What was decided of each worktree, and of each run where runs were asked for. */
  public record Result(List<WorktreeGc.Decision> worktrees, List<RunRetention.Decision> runs) {}

  private final OpenHome home;

  public CollectGarbage(OpenHome home) {
    this.home = home;
  }

  /** Blocks. */
  public Result collect(Request request) {
    String forced = request.forced() == null ? null : worktreeOf(request.forced());
    return new CallWorktrees(home)
        .run(worktrees -> {
          List<WorktreeGc.Decision> swept =
              new WorktreeGc(home.store(), worktrees, request.dryRun()).all(forced);
          return new Result(swept, runs(request, swept));
        });
  }

  private String worktreeOf(String callId) {
    CallRecord call = RunLookup.call(home.store().reader(), callId);
    return home.store()
        .reader()
        .worktree(call.id())
        .map(WorktreeRecord::callId)
        .orElseThrow(() ->
            new RefusedException(
                new WorktreeRefusal.None(callId, call.asked().isolation(), call.status())));
  }

  private List<RunRetention.Decision> runs(Request request, List<WorktreeGc.Decision> swept) {
    if (request.before() == null && request.keep() == null) {
      return List.of();
    }
    Instant began = home.clock().instant();
    Set<String> holdingWork =
        swept.stream()
            .filter(decision -> !decision.removed())
            .map(decision ->
                RunLookup.call(home.store().reader(), decision.worktree().callId())
                    .identity()
                    .runId())
            .collect(Collectors.toSet());
    RunRetention runs = new RunRetention(home.store(), home.home());
    List<RunRetention.Decision> decisions =
        runs.verdicts(
            request.before(),
            request.keep() == null ? 0 : request.keep(),
            holdingWork,
            swept.stream()
                .filter(WorktreeGc.Decision::removed)
                .map(decision -> Path.of(decision.worktree().path()))
                .toList());
    return request.dryRun()
        ? decisions
        : decisions.stream()
            .map(decision -> decision.removed() ? runs.remove(decision.run(), began) : decision)
            .toList();
  }
}
