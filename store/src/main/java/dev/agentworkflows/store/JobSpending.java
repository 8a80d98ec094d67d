package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** What the attempts of a job spent, children included. */
public record JobSpending(long tokens, BigDecimal costUsd) {

  /**
   * @param resumes all that resume a run of the same script, oldest first: none comes before what
   *     it resumes
   */
  static JobSpending of(
      String runId, Function<String, Optional<RunRecord>> runs, List<RunTable.Resume> resumes) {
    long tokens = 0;
    BigDecimal cost = BigDecimal.ZERO;
    Set<String> job = new HashSet<>();
    String next = runId;
    JobBudget known = JobBudget.NEW;
    while (next != null && job.add(next)) {
      RunRecord run = runs.apply(next).orElse(null);
      if (run == null) {
        tokens += known.spentEarlierTokens();
        cost = cost.add(known.spentEarlierCostUsd());
        break; // It was removed; the one that resumed it knows what was spent until then.
      }
      tokens += run.budget().spentTokens();
      cost = cost.add(run.budget().spentCostUsd());
      known = run.budget().job();
      next = run.lineage().resumedFromRunId();
    }
    for (RunTable.Resume resume : resumes) {
      if (job.contains(resume.of()) && job.add(resume.id())) {
        tokens += resume.spentTokens();
        cost = cost.add(resume.spentUsd());
      }
    }
    return new JobSpending(tokens, cost);
  }
}
