package dev.agentworkflows.coordinator.shim;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.UserCache;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A script's process: the user's own Python, with the shim on its path. */
public final class ShimProcess {

  private static final String BOOTSTRAP =
      "import sys; sys.path[0] = sys.argv[1]; from agent_workflows._runner import main;"
          + " sys.exit(main(sys.argv[2:]))";

  private final Process process;

  private ShimProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a script.
   *
   * @param coordinator {@code HOST:PORT}
   * @param keyVariables what of our environment the script must not see
   * @param stdoutToStderr the script's own output must not mix with a JSON document
   */
  public static ShimProcess start(
      Python python,
      Path script,
      String coordinator,
      String token,
      Set<String> keyVariables,
      boolean stdoutToStderr,
      UserCache cache) {
    Path shim = ShimFiles.unpackOnceInto(cache);
    ProcessBuilder builder =
        new ProcessBuilder(
                python.executable().toString(), "-c", BOOTSTRAP, shim.toString(), script.toString())
            .inheritIO();
    Map<String, String> environment = builder.environment();
    keyVariables.forEach(environment::remove);
    environment.put("OWF_COORDINATOR", coordinator);
    environment.put("OWF_RUN_TOKEN", token);
    environment.put("OWF_COORDINATOR_PID", Long.toString(ProcessHandle.current().pid()));
    if (stdoutToStderr) {
      environment.put("OWF_STDOUT", "stderr");
    }
    try {
      return new ShimProcess(builder.start());
    } catch (IOException e) {
      throw new RefusedException("cannot start " + python.executable() + ": " + e.getMessage(), e);
    }
  }

  /** Completes with the exit code when the process has ended. */
  public CompletableFuture<Integer> ended() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Waits for the end so long, then makes one. The script's own children are its own matter. */
  public void endWithin(Duration patience) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        process.waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
