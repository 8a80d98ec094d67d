package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.cache.EarlierAnswers;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the answers that a run's calls had in the runs before it. */
final class ResumedRuns {

  private final Store store;

  ResumedRuns(Store store) {
    this.store = store;
  }

  /**
   * Those of the run that is resumed, and of those that it resumed; for a run that starts afresh,
   * of its script's latest run. Reads each of their calls.
   */
  EarlierAnswers of(RunRecord run) {
    String resumed = run.lineage().resumedFromRunId();
    RunRecord newest =
        (resumed == null
                ? store.reader().latestEndedRun(run.script().path())
                : store.reader().run(resumed))
            .orElse(null);
    EarlierAnswers answers =
        new EarlierAnswers(
            newest != null && newest.settings().argsJson().equals(run.settings().argsJson()),
            newest != null && newest.status() == RunStatus.DONE);
    for (RunRecord root : chain(newest)) {
      List<RunRecord> family = new ArrayList<>(List.of(root));
      family.addAll(store.reader().children(root.id()));
      for (RunRecord member : family) {
        answers.add(
            store.reader().placedCalls(member.id()),
            member.script().path(),
            member.script().hash(),
            root == newest);
      }
    }
    return answers;
  }

  /** Newest first. */
  private List<RunRecord> chain(@Nullable RunRecord newest) {
    List<RunRecord> chain = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    RunRecord next = newest;
    while (next != null && seen.add(next.id())) {
      chain.add(next);
      String before = next.lineage().resumedFromRunId();
      next = Optional.ofNullable(before).flatMap(store.reader()::run).orElse(null);
    }
    return chain;
  }
}
