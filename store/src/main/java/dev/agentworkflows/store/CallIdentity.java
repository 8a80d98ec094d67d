package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * Which call of which run it is, and what its script calls it.
 *
 * @param id {@code <run id>_call_0001}
 * @param index from 1, in the order in which the script made the calls
 */
public record CallIdentity(
    String id, String runId, int index, @Nullable String label, @Nullable String phase) {}
