package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.Homes;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/**
 * What a command finds around it.
 *
 * @param directory where it is typed
 */
public record Environment(
    Map<String, String> variables, UserCache cache, Clock clock, Path directory) {

  /** Of a command that is typed in this process's own directory. */
  public Environment(Map<String, String> variables, UserCache cache, Clock clock) {
    this(variables, cache, clock, Path.of(""));
  }

  static Environment ofProcess() {
    return of(System.getenv());
  }

  static Environment of(Map<String, String> variables) {
    return new Environment(variables, UserCache.of(variables), new SteadyClock());
  }

  /** Of a command that is typed in another process. */
  static Environment of(Map<String, String> variables, Path directory) {
    return new Environment(
        Map.copyOf(variables), UserCache.of(variables), new SteadyClock(), directory);
  }

  /** The homes of this user. */
  Homes homes() {
    return Homes.in(directory, variables, cache);
  }

  /** The same for commands that are carried out on one home, whatever was set. */
  Environment at(WorkflowHome home) {
    Map<String, String> changed = new HashMap<>(variables);
    changed.put("OWF_HOME", home.directory().toString());
    changed.keySet().removeAll(RemoteOptions.VARIABLES.values());
    return new Environment(Map.copyOf(changed), cache, clock, directory);
  }
}
