package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that a remembered answer stood in for: complete from the start, and its texts are those of
 * {@code answeredBy}. See {@link CallStart} for the fields.
 */
public record CallHit(
    String id,
    String runId,
    int callIndex,
    @Nullable String label,
    @Nullable String phase,
    String callKey,
    int occurrence,
    long place,
    String keyPartsJson,
    String provider,
    @Nullable String model,
    @Nullable String agentType,
    @Nullable String schemaHash,
    @Nullable ValidationStatus validationStatus,
    String answeredBy,
    Instant at,
    @Nullable String continues) {}
