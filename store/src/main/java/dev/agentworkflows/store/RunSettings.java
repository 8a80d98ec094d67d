package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * What a run was started with: the arguments of its script, and what holds for its calls that ask
 * for nothing else.
 *
 * @param argsJson the arguments of {@code main}, a JSON object
 * @param cachePolicy {@code auto}, {@code read_only}, {@code refresh} or {@code disabled}
 * @param workspace absolute
 * @param timeoutSeconds of calls that name none
 * @param waitForLimitsSeconds how long a call waits for a usage limit to reset; null for a run of
 *     an earlier version
 */
public record RunSettings(
    String argsJson,
    String provider,
    @Nullable String model,
    String cachePolicy,
    String workspace,
    double timeoutSeconds,
    @Nullable Long waitForLimitsSeconds) {}
