package dev.agentworkflows.store;

import java.time.Instant;

/**
 * A call before its provider is asked.
 *
 * @param place where in the script's structure it is made; 0 when its shim does not say
 * @param prompt any Java string: NUL and lone surrogates are kept
 */
public record CallStart(
    CallIdentity identity,
    CacheUse cache,
    long place,
    AskedCall asked,
    String prompt,
    Instant createdAt) {}
