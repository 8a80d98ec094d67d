package dev.agentworkflows.store;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run as it is kept and shown.
 *
 * @param id sorts by time: {@code run_20261122_143201_4f9c1a}
 * @param scriptPath absolute
 * @param scriptHash SHA-256 of the script's bytes, lower-case hex
 * @param metaJson what the script said with {@code meta()}, a JSON object
 * @param argsJson the arguments of {@code main}, a JSON object
 * @param cachePolicy {@code auto}, {@code read_only}, {@code refresh} or {@code disabled}
 * @param workspace absolute
 * @param timeoutSeconds of calls that name none
 * @param attemptNumber 1, and one more for each resume
 * @param budgetSpentTokens what this run and its children spent; a child's spending is also its own
 * @param job what the attempts that it resumes left to its budget
 * @param outputDir the run's directory, absolute
 * @param owner the coordinator process that runs it: the name of its lock file
 * @param errorKind the class of the error that ended the run; null when none did
 */
public record RunRecord(
    String id,
    RunStatus status,
    String scriptPath,
    String scriptHash,
    @Nullable String workflowName,
    @Nullable String workflowDescription,
    String metaJson,
    String argsJson,
    String provider,
    @Nullable String model,
    String cachePolicy,
    String workspace,
    double timeoutSeconds,
    @Nullable String parentRunId,
    @Nullable String resumedFromRunId,
    int attemptNumber,
    @Nullable Long budgetTotalTokens,
    long budgetSpentTokens,
    @Nullable BigDecimal budgetTotalCostUsd,
    BigDecimal budgetSpentCostUsd,
    JobBudget job,
    String outputDir,
    String owner,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    @Nullable String errorKind,
    @Nullable String errorMessage) {

  /** What counts against the budget: also what the attempts that are resumed had spent. */
  public long jobSpentTokens() {
    return job.spentEarlierTokens() + budgetSpentTokens;
  }

  public BigDecimal jobSpentCostUsd() {
    return job.spentEarlierCostUsd().add(budgetSpentCostUsd);
  }
}
