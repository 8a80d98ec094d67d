package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.Patch;
import dev.agentworkflows.coordinator.worktree.Work;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.RunStore;
import dev.agentworkflows.store.WorktreeRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "diff",
    description = "Show what a call changed in its worktree, committed or not.")
@Manual(
    description =
        "In git's format, from the commit that the worktree began at. What a patch can't "
            + "carry is named on standard error.",
    examples = {
      "owf diff run_20261122_143201_4f9c1a_call_0003",
      "owf diff run_20261122_143201_4f9c1a_call_0003 | git apply --stat"
    },
    seeAlso = {"apply", "gc", "docs/isolation.md"})
final class DiffCommand extends WorktreeCommand {

  private static final String RED = "\u001b[31m";
  private static final String GREEN = "\u001b[32m";
  private static final String CYAN = "\u001b[36m";
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[m";

  @CommandLine.Parameters(paramLabel = "CALL", description = "A call id.")
  private String call = "";

  DiffCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int show(RunStore store, WorkflowHome where, Worktrees worktrees)
      throws GitException, InterruptedException {
    WorktreeRecord record = standing(store, call);
    Worktree worktree = own(record, worktrees);
    Worktrees.Inspected inspected = worktrees.inspected(worktree);
    Work work = inspected.work();
    Patch patch = inspected.patch();
    ChangedBy changedBy = ChangedBy.of(store, record, patch);
    if (json()) {
      ObjectNode document = document(record, work, patch);
      changedBy.addTo(document);
      screen().json(document);
      return ExitCode.FINE;
    }
    if (screen().onTerminal()) {
      colored(new String(patch.text(), StandardCharsets.UTF_8));
    } else {
      screen().bytes(patch.text());
    }
    List<String> left = notInDiff(work, patch);
    if (!left.isEmpty()) {
      screen().note("owf: not in this diff: " + VisibleText.uncut(String.join(", ", left)));
    } else if (patch.isEmpty()) {
      screen().note("owf: " + record.callId() + " changed no file.");
    }
    changedBy.lines().forEach(line -> screen().note("owf: " + line));
    return ExitCode.FINE;
  }

  private static List<String> notInDiff(Work work, Patch patch) {
    List<String> left = new ArrayList<>(work.beyondPatch());
    patch.tooLarge().forEach(name -> left.add(name + " (too large to be shown; apply brings it)"));
    return left;
  }

  private static ObjectNode document(WorktreeRecord record, Work work, Patch patch)
      throws GitException, InterruptedException {
    ObjectNode document = Json.object();
    document.put("call_id", record.callId());
    document.put("base_commit", record.baseCommit());
    document.put("worktree_path", record.path());
    document.put("worktree_branch", work.branch());
    work.changedFiles().forEach(document.putArray("changed_files")::add);
    notInDiff(work, patch).forEach(document.putArray("not_in_diff")::add);
    document.put("applied", record.appliedAt() != null);
    document.put("diff", new String(patch.text(), StandardCharsets.UTF_8));
    return document;
  }

  /** Colours of our own: a file's control characters must not reach the terminal. */
  private void colored(String patch) {
    boolean color = environment().variables().getOrDefault("NO_COLOR", "").isEmpty();
    patch
        .lines()
        .forEach(line -> {
          String visible = VisibleText.uncut(line);
          String style = color ? style(line) : "";
          screen().text(style.isEmpty() ? visible + "\n" : style + visible + PLAIN + "\n");
        });
  }

  private static String style(String line) {
    if (line.startsWith("diff ") || line.startsWith("--- ") || line.startsWith("+++ ")) {
      return BOLD;
    }
    if (line.startsWith("@@")) {
      return CYAN;
    }
    return line.startsWith("+") ? GREEN : line.startsWith("-") ? RED : "";
  }
}
