package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * What the cache was to a call: whether it had an answer, and by which key it was asked.
 *
 * @param key SHA-256, 32 bytes as lower-case hex; null for a mutating call, and for a read-only one
 *     that waits, or ended while it waited, for what its key depends on
 * @param occurrence how many calls of the run tree had this key before, plus 1; 0 without a key
 * @param keyPartsJson one short hash or value for each part of the key, a JSON object: what {@code
 *     explain-cache} compares; null without a key
 */
public record CacheUse(
    CacheStatus status, @Nullable String key, int occurrence, @Nullable String keyPartsJson) {}
