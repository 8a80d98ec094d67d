package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.FileTree;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes runs away that nobody needs any more: those of the past, with their children. Blocks. */
public final class RunRetention {

  private final Store store;
  private final WorkflowHome home;

  public RunRetention(Store store, WorkflowHome home) {
    this.store = store;
    this.home = home;
  }

  /**
   * What becomes of a run.
   *
   * @param reason why it stays, for people; null when it goes
   */
  public record Decision(RunRecord run, @Nullable String reason) {
    public boolean removed() {
      return reason == null;
    }
  }

  /**
   * Goes through the runs that are older than a time and not among the newest; the others are not
   * told of. A run goes with its children or not at all.
   *
   * @param before null for any age
   * @param keep how many of the newest stay, children not counted
   * @param holdingWork ids of runs with a worktree that stays
   * @param leaving worktrees that go, or would
   */
  public List<Decision> verdicts(
      @Nullable Instant before,
      int keep,
      Collection<String> holdingWork,
      Collection<Path> leaving) {
    List<RunRecord> all = store.reader().runs(Integer.MAX_VALUE);
    boolean busy = all.stream().anyMatch(run -> run.status() == RunStatus.RUNNING);
    Map<String, RunRecord> candidates = new LinkedHashMap<>();
    Map<String, String> stay = new LinkedHashMap<>();
    all.stream()
        .filter(run -> run.lineage().parentRunId() == null)
        .skip(keep)
        .filter(run -> before == null || run.times().createdAt().isBefore(before))
        .forEach(run -> candidates.put(run.id(), run));
    Map<String, List<String>> families = families(all, candidates.keySet());
    families.forEach((root, family) -> {
      if (busy) {
        // A run that is on its way may be answered from any of these.
        stay.put(root, "a run of this home is still running");
      } else if (family.stream().anyMatch(holdingWork::contains)) {
        stay.put(root, "a worktree of it holds work that is not applied");
      } else if (family.stream().anyMatch(run -> leavesFiles(run, leaving))) {
        stay.put(root, "there are files of somebody in its directory worktrees");
      }
    });
    keepCacheSources(families, stay);
    List<Decision> verdicts = new ArrayList<>();
    candidates.forEach((id, run) -> verdicts.add(new Decision(run, stay.get(id))));
    return verdicts;
  }

  /** Whether a run's directory of worktrees holds more than those that are known to go. */
  private boolean leavesFiles(String runId, Collection<Path> leaving) {
    Path worktrees = home.runDirectory(runId).resolve("worktrees");
    File[] files = worktrees.toFile().listFiles();
    if (files == null) {
      // Not a directory, or one that can't be read.
      return Files.exists(worktrees, LinkOption.NOFOLLOW_LINKS);
    }
    return Arrays.stream(files)
        .filter(file -> !file.getName().equals(Worktrees.STOP))
        .anyMatch(file -> leaving.stream().noneMatch(path -> path.endsWith(file.getName())));
  }

  /** The ids of each candidate and its children. */
  private static Map<String, List<String>> families(List<RunRecord> all, Set<String> roots) {
    Map<String, List<String>> families = new LinkedHashMap<>();
    roots.forEach(root -> families.put(root, new ArrayList<>(List.of(root))));
    for (RunRecord run : all) {
      List<String> family = families.get(run.lineage().parentRunId());
      if (family != null) {
        family.add(run.id());
      }
    }
    return families;
  }

  /** A call that was answered from memory has its texts in the run that paid for them. */
  private void keepCacheSources(Map<String, List<String>> families, Map<String, String> stay) {
    Map<String, Set<String>> answered = store.history().runsAnsweredBy();
    boolean more = true;
    while (more) {
      Set<String> going = new HashSet<>();
      families.forEach((root, family) -> {
        if (!stay.containsKey(root)) {
          going.addAll(family);
        }
      });
      more = false;
      for (var family : families.entrySet()) {
        String needing =
            stay.containsKey(family.getKey())
                ? null
                : family.getValue().stream()
                    .flatMap(run -> answered.getOrDefault(run, Set.of()).stream())
                    .filter(taker -> !going.contains(taker))
                    .sorted()
                    .findFirst()
                    .orElse(null);
        if (needing != null) {
          stay.put(family.getKey(), "its answers are those of " + needing + " too");
          more = true;
        }
      }
    }
  }

  /**
   * Removes a run and its children: from the database first, then their files.
   *
   * @param since when the look at all runs began
   * @return what became of it: a run that has begun since then may be answered from any of these
   */
  public Decision remove(RunRecord root, Instant since) {
    List<RunRecord> family = new ArrayList<>(store.reader().children(root.id()));
    family.add(root);
    for (RunRecord run : family) {
      if (!store.writer().removeRun(run.id(), since).join()) {
        return new Decision(root, "a run has begun meanwhile");
      }
      Path directory = Path.of(run.outputDir());
      // What a database says that came from elsewhere is no reason to delete files elsewhere.
      if (directory.equals(home.runDirectory(run.id())) && isHeld(directory)) {
        delete(directory);
      }
    }
    return new Decision(root, null);
  }

  private boolean isHeld(Path directory) {
    return Files.isDirectory(home.directory().resolve("runs"), LinkOption.NOFOLLOW_LINKS)
        && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
  }

  private static void delete(Path directory) {
    try {
      FileTree.delete(directory);
    } catch (IOException e) {
      throw new RefusedException(new FileRefusal.NotRemovable(directory, FileErrors.reason(e)), e);
    }
  }
}
