package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.call.SharedLimits;
import dev.agentworkflows.coordinator.home.Homes;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.shim.OwnProcess;
import dev.agentworkflows.coordinator.shim.ParentProcess;
import dev.agentworkflows.coordinator.shim.Python;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a use case finds around it.
 *
 * @param directory where its user is
 * @param parent the process that its user is in
 * @param limits shared with the other users of this process; null when there are none
 */
public record Environment(
    Map<String, String> variables,
    UserCache cache,
    Clock clock,
    Path directory,
    ParentProcess parent,
    @Nullable SharedLimits limits) {

  /** Of a user in this process and its own directory. */
  public Environment(Map<String, String> variables, UserCache cache, Clock clock) {
    this(variables, cache, clock, Path.of(""), new OwnProcess(), null);
  }

  public static Environment ofProcess() {
    return of(System.getenv());
  }

  public static Environment of(Map<String, String> variables) {
    return new Environment(variables, UserCache.of(variables), new SteadyClock());
  }

  /** Of a user in another process. */
  public static Environment of(
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
  public Homes homes() {
    return Homes.in(directory, variables, cache);
  }

  /** The interpreter that scripts run in. */
  public Python python(@Nullable String option) {
    return new Python.Search(variables, directory, cache).find(option);
  }

  /** The same with other variables. */
  public Environment with(Map<String, String> other) {
    return new Environment(other, cache, clock, directory, parent, limits);
  }
}
