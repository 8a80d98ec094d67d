package dev.agentworkflows.coordinator.report;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file that was made of a run's records.
 *
 * @param kind {@code manifest}, {@code prompt}, {@code output_text}, …
 * @param callId null when the file belongs to the whole run
 * @param path absolute
 * @param sha256 lower-case hex
 */
public record Artifact(
    String kind, @Nullable String callId, Path path, String sha256, long sizeBytes) {}
