package dev.agentworkflows.coordinator.adapter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who answers calls that name no provider, by their label or phase.
 *
 * @param label null for any
 * @param phase null for any
 * @param provider its canonical name; null for the run's
 * @param model of calls that name none; null for the provider's usual one
 * @param fallback canonical names; null for the provider's own
 */
public record Route(
    @Nullable Glob label,
    @Nullable Glob phase,
    @Nullable String provider,
    @Nullable String model,
    @Nullable List<String> fallback) {

  boolean holds(@Nullable String callLabel, @Nullable String callPhase) {
    return matches(label, callLabel) && matches(phase, callPhase);
  }

  private static boolean matches(@Nullable Glob pattern, @Nullable String text) {
    return pattern == null || (text != null && pattern.matches(text));
  }
}
