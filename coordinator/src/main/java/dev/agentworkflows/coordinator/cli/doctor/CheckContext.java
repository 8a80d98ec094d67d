package dev.agentworkflows.coordinator.cli.doctor;

import dev.agentworkflows.coordinator.home.AdaptersDirectory;
import dev.agentworkflows.coordinator.home.Homes;
import dev.agentworkflows.coordinator.home.UserCache;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a run would start.
 *
 * @param home where the home is, or would be
 * @param python what {@code --python} names; null without it
 */
public record CheckContext(
    Map<String, String> variables,
    UserCache cache,
    Clock clock,
    Homes homes,
    Path home,
    @Nullable String python,
    AdaptersDirectory adapters) {}
