package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call that a remembered answer stood in for: complete from the start, or after it had waited for
 * what its key depends on. Its texts are those of {@code answeredBy}. See {@link CacheUse} and
 * {@link CallStart} for the other fields.
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
    Instant createdAt,
    Instant completedAt) {}
