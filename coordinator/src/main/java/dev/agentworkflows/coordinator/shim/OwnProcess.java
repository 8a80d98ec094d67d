package dev.agentworkflows.coordinator.shim;

import java.io.IOException;
import java.util.Optional;

/** The process that this virtual machine is. */
public final class OwnProcess implements ParentProcess {

  @Override
  public ProcessBuilder program(String... command) {
    return new ProcessBuilder(command);
  }

  @Override
  public Process start(ProcessBuilder program) throws IOException {
    program.environment().put(PROCESS_ID, Long.toString(ProcessHandle.current().pid()));
    return program.start();
  }

  @Override
  public Runnable atSignal(Runnable action) {
    Thread hook = new Thread(action, "signal");
    Runtime.getRuntime().addShutdownHook(hook);
    return () -> forget(hook);
  }

  /** It ends with its command. */
  @Override
  public Optional<Detached> detached() {
    return Optional.empty();
  }

  /** A process that runs many scripts must not keep a thread for each of them. */
  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The virtual machine goes down, and has begun to run it.
    }
  }
}
