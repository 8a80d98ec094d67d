package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.rpc.CoordinatorServer;
import dev.agentworkflows.store.Store;
import java.util.Set;

/**
 * Loads the classes of the server and of the database on a second processor while the command line
 * is still being read: together they take a third of the time until a run is open.
 */
final class WarmUp {

  private static final Set<String> COMMANDS = Set.of("run", "resume");

  private WarmUp() {}

  static boolean helps(String command) {
    return COMMANDS.contains(command);
  }

  /**
   * Nothing depends on it: what fails here fails again where it is needed, and is told of there.
   */
  static void begin(Environment environment) {
    start("warm-up-server", CoordinatorServer::warmUp);
    start(
        "warm-up-database",
        () -> {
          Stores.prepare(environment);
          Store.warmUp();
        });
  }

  private static void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((ended, failure) -> {});
    thread.start();
  }
}
