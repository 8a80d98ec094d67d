package dev.agentworkflows.store;

/**
 * A run as it is kept and shown.
 *
 * @param id sorts by time: {@code run_20261122_143201_4f9c1a}
 * @param outputDir the run's directory, absolute
 * @param owner the coordinator process that runs it: the name of its lock file
 */
public record RunRecord(
    String id,
    RunStatus status,
    RunScript script,
    RunSettings settings,
    RunLineage lineage,
    RunBudget budget,
    RunTimes times,
    RunError error,
    String outputDir,
    String owner) {}
