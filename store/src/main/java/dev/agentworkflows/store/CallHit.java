package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that a remembered answer stood in for: complete from the start, and its texts are those of
 * {@code answeredBy}. See {@link CacheUse} and {@link CallStart} for the other fields.
 */
public record CallHit(
    CallIdentity identity,
    String callKey,
    int occurrence,
    long place,
    String keyPartsJson,
    AskedCall asked,
    @Nullable ValidationStatus validationStatus,
    String answeredBy,
    Instant at) {}
