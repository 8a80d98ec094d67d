package dev.agentworkflows.coordinator.cli.doctor;

import dev.agentworkflows.coordinator.home.AdaptersDirectory;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a run would start.
 *
 * @param python what {@code --python} names; null without it
 */
public record Surroundings(
    Map<String, String> variables,
    UserCache cache,
    Clock clock,
    WorkflowHome home,
    @Nullable String python,
    AdaptersDirectory adapters) {}
