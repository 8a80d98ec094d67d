package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.run.RunRetention;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.WorktreeGc;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.RunStore;
import dev.agentworkflows.store.WorktreeRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "gc",
    description = "Remove worktrees and old runs that hold nothing unapplied.")
@Manual(
    description =
        "Without options, worktrees alone. What holds work that was not applied stays, and "
            + "each that stays is named with its reason.",
    examples = {
      "owf gc --dry-run",
      "owf gc --older-than 30d --keep 20",
      "owf gc --force run_20261122_143201_4f9c1a_call_0003"
    },
    seeAlso = {"diff", "apply", "docs/isolation.md"})
final class GcCommand extends WorktreeCommand {

  private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhdw])");

  @CommandLine.Option(names = "--dry-run", description = "Tell what would go; remove nothing.")
  private boolean dryRun;

  @CommandLine.Option(
      names = "--older-than",
      paramLabel = "AGE",
      description = "Also remove runs that began longer ago: 12h, 30d, 8w. Default: no run.")
  private @Nullable String olderThan;

  @CommandLine.Option(
      names = "--keep",
      paramLabel = "N",
      description = "Also remove runs, but not the newest N. Default: no run.")
  private @Nullable Integer keep;

  @CommandLine.Option(
      names = "--force",
      paramLabel = "CALL",
      description =
          "Remove this call's worktree and branch with whatever they hold. Default: none.")
  private @Nullable String forced;

  GcCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean onlyLooks() {
    return false;
  }

  @Override
  int show(RunStore store, WorkflowHome where, Worktrees worktrees)
      throws GitException, InterruptedException {
    Instant before = olderThan == null ? null : environment().clock().instant().minus(age());
    if (keep != null && keep < 0) {
      throw new RefusedException("--keep is " + keep + ", where a number from 0 on was expected.");
    }
    String owner = null;
    if (forced != null) {
      owner =
          store
              .worktree(RunLookup.call(store, forced).id())
              .map(WorktreeRecord::callId)
              .orElseThrow(() -> new RefusedException(forced + " has no worktree of its own."));
    }
    List<WorktreeGc.Decision> swept = new WorktreeGc(store, worktrees, dryRun).all(owner);
    List<RunRetention.Decision> old =
        before == null && keep == null ? List.of() : removeOld(store, where, swept, before);
    if (json()) {
      screen().json(document(swept, old));
    } else {
      print(swept, old);
    }
    return ExitCode.FINE;
  }

  private Duration age() {
    Matcher matcher = AGE.matcher(String.valueOf(olderThan));
    if (!matcher.matches()) {
      throw new RefusedException(
          "--older-than is '" + olderThan + "', where an age like 12h, 30d or 8w was expected.");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofDays(7 * number);
    };
  }

  private List<RunRetention.Decision> removeOld(
      RunStore store,
      WorkflowHome where,
      List<WorktreeGc.Decision> swept,
      @Nullable Instant before) {
    Instant began = environment().clock().instant();
    Set<String> holdingWork =
        swept.stream()
            .filter(verdict -> !verdict.removed())
            .map(verdict -> RunLookup.call(store, verdict.worktree().callId()).runId())
            .collect(Collectors.toSet());
    RunRetention runs = new RunRetention(store, where);
    List<RunRetention.Decision> verdicts =
        runs.verdicts(
            before,
            keep == null ? 0 : keep,
            holdingWork,
            swept.stream()
                .filter(WorktreeGc.Decision::removed)
                .map(verdict -> Path.of(verdict.worktree().path()))
                .toList());
    return dryRun
        ? verdicts
        : verdicts.stream()
            .map(verdict -> verdict.removed() ? runs.remove(verdict.run(), began) : verdict)
            .toList();
  }

  private ObjectNode document(List<WorktreeGc.Decision> swept, List<RunRetention.Decision> old) {
    ObjectNode document = Json.object();
    document.put("dry_run", dryRun);
    ArrayNode worktrees = document.putArray("worktrees");
    swept.forEach(verdict ->
        worktrees
            .addObject()
            .put("call_id", verdict.worktree().callId())
            .put("worktree_path", verdict.worktree().path())
            .put("worktree_branch", verdict.worktree().branch())
            .put("removed", verdict.removed())
            .put("reason", verdict.reason()));
    ArrayNode runs = document.putArray("runs");
    old.forEach(verdict ->
        runs.addObject()
            .put("run_id", verdict.run().id())
            .put("removed", verdict.removed())
            .put("reason", verdict.reason()));
    return document;
  }

  private void print(List<WorktreeGc.Decision> swept, List<RunRetention.Decision> old) {
    String gone = dryRun ? "would remove " : "removed ";
    for (WorktreeGc.Decision verdict : swept) {
      String what = verdict.worktree().callId() + ": " + verdict.reason();
      screen().line(verdict.removed() ? gone + what : "keeping " + what);
    }
    for (RunRetention.Decision verdict : old) {
      String id = verdict.run().id();
      screen().line(verdict.removed() ? gone + id : "keeping " + id + ": " + verdict.reason());
    }
    if (swept.isEmpty() && old.isEmpty()) {
      screen().line("nothing to remove.");
    }
  }
}
