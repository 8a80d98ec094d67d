package dev.agentworkflows.coordinator.testing;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.Homes;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.nio.file.Path;
import java.util.Map;

/** Homes of a test's own user. */
public final class TestHome {

  private TestHome() {}

  /**
   * The home at this directory, whose user lives in the directory beside it. What is there already,
   * the test has put there.
   */
  public static WorkflowHome at(Path directory) {
    Map<String, String> variables =
        Map.of("HOME", directory.resolveSibling(directory.getFileName() + "-user").toString());
    Homes homes = Homes.of(variables, UserCache.of(variables));
    try {
      return homes.made(directory);
    } catch (RefusedException foreign) {
      return homes.trust(directory);
    }
  }
}
