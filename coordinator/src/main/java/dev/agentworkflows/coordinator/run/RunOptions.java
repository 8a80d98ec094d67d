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
 * @param waitForLimits how long a call waits for a usage limit to reset
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
    Duration waitForLimits,
    boolean approved,
    @Nullable String resumedFromRunId,
    int attemptNumber) {

  /** The time that a call has which names none. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(600);

  /** Longer than the windows of subscriptions are. */
  public static final Duration DEFAULT_WAIT_FOR_LIMITS = Duration.ofHours(6);

  /** As long as makes a difference. */
  public static final Duration MAX_WAIT_FOR_LIMITS = Duration.ofDays(365);

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
        waitForLimits,
        approved,
        resumedFromRunId,
        attemptNumber);
  }

  /** A child has its parent's options, and arguments of its own. */
  RunOptions forChild(String childArgsJson) {
    return new RunOptions(
        childArgsJson,
        provider,
        model,
        budget,
        cachePolicy,
        workspace,
        timeout,
        waitForLimits,
        true,
        null,
        1);
  }
}
