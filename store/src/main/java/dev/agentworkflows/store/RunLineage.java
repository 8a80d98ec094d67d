package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * The runs that a run comes from.
 *
 * @param parentRunId the run whose {@code workflow()} started it; null for a root
 * @param resumedFromRunId null when it resumes none
 * @param attemptNumber 1, and one more for each resume
 */
public record RunLineage(
    @Nullable String parentRunId, @Nullable String resumedFromRunId, int attemptNumber) {}
