package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a run.
 *
 * @param position from 1, in order, without gaps within a run
 * @param phase the phase in which it happened; null outside of one
 * @param dataJson a JSON object
 */
public record EventRecord(
    String runId,
    long position,
    EventType type,
    String message,
    @Nullable String phase,
    String dataJson,
    Instant at) {}
