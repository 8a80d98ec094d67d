package dev.agentworkflows.spi;

import java.time.Instant;

/**
 * A batch that a provider lists, and that may be the one that was looked for.
 *
 * @param id the provider's
 * @param certain it carries the reference; otherwise it only looks like it
 */
public record FoundBatch(String id, Instant createdAt, boolean certain) {}
