package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * A file that was made for a run.
 *
 * @param kind {@code manifest}, {@code prompt}, {@code output_text}, …
 * @param callId null when the file belongs to the whole run
 * @param path absolute
 * @param sha256 lower-case hex
 */
public record ArtifactRecord(
    String runId,
    String kind,
    @Nullable String callId,
    String path,
    String sha256,
    long sizeBytes) {}
