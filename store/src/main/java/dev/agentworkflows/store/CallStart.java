package dev.agentworkflows.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A call before its provider is asked.
 *
 * @param id {@code <run id>_call_0001}
 * @param callIndex from 1, in the order in which the script made the calls
 * @param callKey SHA-256, 32 bytes as lower-case hex; null for a mutating call
 * @param occurrence how many calls of the run tree had this key before, plus 1; 0 without a key
 * @param keyPartsJson one short hash or value for each part of the key, a JSON object: what {@code
 *     explain-cache} compares
 * @param place where in the script's structure it is made; 0 when its shim does not say
 * @param prompt any Java string: NUL and lone surrogates are kept
 * @param continues the id of the call in whose conversation it goes on; null when it begins one
 */
public record CallStart(
    String id,
    String runId,
    int callIndex,
    @Nullable String label,
    @Nullable String phase,
    CacheStatus cacheStatus,
    @Nullable String callKey,
    int occurrence,
    long place,
    @Nullable String keyPartsJson,
    String provider,
    @Nullable String model,
    @Nullable String agentType,
    Isolation isolation,
    boolean mutating,
    @Nullable String schemaHash,
    String prompt,
    Instant createdAt,
    @Nullable String continues) {}
