package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.call.SharedLimits;
import dev.agentworkflows.coordinator.home.Homes;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.shim.OwnProcess;
import dev.agentworkflows.coordinator.shim.ParentProcess;
import dev.agentworkflows.coordinator.shim.Python;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command finds around it.
 *
 * @param directory where it is typed
 * @param parent the process that it is typed in
 * @param limits shared with the other commands of this process; null when there are none
 */
public record Environment(
    Map<String, String> variables,
    UserCache cache,
    Clock clock,
    Path directory,
    ParentProcess parent,
    @Nullable SharedLimits limits) {

  /** Of a command that is typed in this process and its own directory. */
  public Environment(Map<String, String> variables, UserCache cache, Clock clock) {
    this(variables, cache, clock, Path.of(""), new OwnProcess(), null);
  }

  static Environment ofProcess() {
    return of(System.getenv());
  }

  static Environment of(Map<String, String> variables) {
    return new Environment(variables, UserCache.of(variables), new SteadyClock());
  }

  /** Of a command that is typed in another process. */
  static Environment of(
      Map<String, String> variables, Path directory, ParentProcess parent, SharedLimits limits) {
    return new Environment(
        Map.copyOf(variables),
        UserCache.of(variables),
        new SteadyClock(),
        directory,
        parent,
        limits);
  }

  /** The homes of this user. */
  Homes homes() {
    return Homes.in(directory, variables, cache);
  }

  /** The interpreter that scripts run in. */
  Python python(@Nullable String option) {
    return new Python.Search(variables, directory, cache).find(option);
  }

  /** The same for commands that are carried out on one home, whatever was set. */
  Environment at(WorkflowHome home) {
    Map<String, String> changed = new HashMap<>(variables);
    changed.put("OWF_HOME", home.directory().toString());
    changed.keySet().removeAll(RemoteOptions.VARIABLES.values());
    return new Environment(Map.copyOf(changed), cache, clock, directory, parent, limits);
  }
}
