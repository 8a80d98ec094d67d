package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a run was recorded, when its script began, and when it ended; null for not yet. */
public record RunTimes(
    Instant createdAt, @Nullable Instant startedAt, @Nullable Instant completedAt) {}
