package dev.agentworkflows.coordinator.testing;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.coordinator.home.Homes;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** Homes of a test's own user. */
public final class TestHome {

  private TestHome() {}

  /**
   * The home at this directory, with a user of its own, whose files are in the build's directory:
   * beside a temporary directory they would stay. What is in the home already, the test has put
   * there.
   */
  public static WorkflowHome at(Path directory) {
    Path user =
        Path.of(
            "target",
            "users",
            Sha256.hex(directory.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8)));
    Map<String, String> variables = Map.of("HOME", user.toAbsolutePath().toString());
    Homes homes = Homes.of(variables, UserCache.of(variables));
    try {
      return homes.made(directory);
    } catch (RefusedException foreign) {
      return homes.trust(directory);
    }
  }
}
