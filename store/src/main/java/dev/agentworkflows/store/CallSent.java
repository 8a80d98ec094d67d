package dev.agentworkflows.store;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A call that goes out to its provider, and what it is counted for if nothing more is heard of it.
 *
 * @param attempts how many were made, this one included
 * @param inputTokens what was billed so far, and what this attempt may take
 * @param costUsd null when nobody knows
 */
public record CallSent(
    String callId,
    int attempts,
    long inputTokens,
    long outputTokens,
    @Nullable BigDecimal costUsd) {}
