package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a person asked of a run.
 *
 * @param argsJson the arguments of {@code main}, a JSON object
 * @param timeout of calls that name none
 * @param approved the person said yes beforehand to a script that requires approval
 * @param resumedFromRunId null for a run that starts afresh
 * @param attemptNumber 1, and one more for each resume
 */
public record RunOptions(
    String argsJson,
    String provider,
    @Nullable String model,
    BudgetLimits budget,
    CachePolicy cachePolicy,
    Path workspace,
    Duration timeout,
    boolean approved,
    @Nullable String resumedFromRunId,
    int attemptNumber) {

  /** The time that a call has which names none. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(600);

  /** The same, with the arguments that a shim brought along. */
  public RunOptions withArgs(String newArgsJson) {
    return new RunOptions(
        newArgsJson,
        provider,
        model,
        budget,
        cachePolicy,
        workspace,
        timeout,
        approved,
        resumedFromRunId,
        attemptNumber);
  }

  /** A child has its parent's options, and arguments of its own. */
  RunOptions forChild(String childArgsJson) {
    return new RunOptions(
        childArgsJson, provider, model, budget, cachePolicy, workspace, timeout, true, null, 1);
  }
}
