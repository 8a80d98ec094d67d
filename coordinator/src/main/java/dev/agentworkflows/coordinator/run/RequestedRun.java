package dev.agentworkflows.coordinator.run;

import org.jspecify.annotations.Nullable;

/**
 * What a person on another machine asked of a run, as it came: nothing of it is checked yet. Null
 * is what was not asked for.
 *
 * @param budgetCostUsd a decimal number
 * @param allowUnpriced whether models without a price may be asked under a budget of money
 * @param workspace a name that the operator may have given to a directory
 * @param resumeRunId an id, or {@code latest}
 */
public record RequestedRun(
    @Nullable String provider,
    @Nullable String model,
    @Nullable Long budgetTokens,
    @Nullable String budgetCostUsd,
    boolean allowUnpriced,
    @Nullable String cachePolicy,
    @Nullable String workspace,
    @Nullable Double timeoutSeconds,
    @Nullable Long waitForLimitsSeconds,
    boolean approved,
    @Nullable String resumeRunId) {}
