package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.UserCache;
import java.time.Clock;
import java.util.Map;

/** What a command finds around it. */
public record Environment(Map<String, String> variables, UserCache cache, Clock clock) {

  static Environment ofProcess() {
    Map<String, String> variables = System.getenv();
    return new Environment(variables, UserCache.of(variables), Clock.systemUTC());
  }
}
