package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.run.RequestedRun;
import org.jspecify.annotations.Nullable;

/**
 * A run that a client asks for, as it came.
 *
 * @param script a path; null when an earlier run is resumed
 * @param argsJson the arguments of {@code main}, a JSON object; null for none, or for the earlier
 *     run's
 * @param workspace a directory; null for the usual one
 */
public record ScriptRequest(
    @Nullable String script,
    @Nullable String argsJson,
    @Nullable String workspace,
    RequestedRun options) {}
