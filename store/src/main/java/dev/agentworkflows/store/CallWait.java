package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a running call waits for.
 *
 * @param reason follows the words "waits for"
 * @param until null where nobody knows
 */
public record CallWait(String reason, Instant since, @Nullable Instant until) {}
