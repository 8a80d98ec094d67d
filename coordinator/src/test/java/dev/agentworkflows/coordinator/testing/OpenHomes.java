package dev.agentworkflows.coordinator.testing;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.home.Homes;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;

/** Homes for use cases. */
public final class OpenHomes {

  private OpenHomes() {}

  /**
   * Makes a home and opens its store, which whoever asks closes. Its user has no other: what is
   * remembered of it is in a directory of its own.
   */
  public static OpenHome make(Path directory, Path user) {
    Map<String, String> variables = Map.of("HOME", user.toString());
    WorkflowHome home = Homes.of(variables, UserCache.of(variables)).made(directory);
    return new OpenHome(
        home,
        Store.open(home.database()),
        variables,
        Clock.fixed(Records.NOON, ZoneOffset.UTC),
        () -> new Redactor(Map.of()));
  }
}
