package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a run.
 *
 * @param position from 1, in order, without gaps within a run
 * @param type {@code phase}, {@code log}, {@code warning}, or one of the coordinator's own
 * @param phase the phase in which it happened; null outside of one
 * @param dataJson a JSON object
 */
public record EventRecord(
    String runId,
    long position,
    String type,
    String message,
    @Nullable String phase,
    String dataJson,
    Instant at) {}
