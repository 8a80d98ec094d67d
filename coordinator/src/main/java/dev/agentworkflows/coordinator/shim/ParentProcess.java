package dev.agentworkflows.coordinator.shim;

import java.io.IOException;
import java.util.Optional;

/**
 * The process that a command was typed in, and that a script's process is a child of: so it has the
 * terminal, the session, the directory and the limits that whoever typed it expects.
 */
public interface ParentProcess {

  /** The variable by which a script's process knows its parent, without which it ends. */
  String PROCESS_ID = "OWF_COORDINATOR_PID";

  /** A program with the parent's environment, to be changed and then started. */
  ProcessBuilder program(String... command);

  /** Starts it as a child of the parent, with the parent's {@link #PROCESS_ID}. */
  Process start(ProcessBuilder program) throws IOException;

  /**
   * Has something done when a signal ends the parent, which waits for it.
   *
   * @return undoes it
   */
  Runnable atSignal(Runnable action);

  /** What stays in the place of this one; empty where nothing does. */
  Optional<Detached> detached();

  /** A process in the background, for a script that whoever typed the command does not wait for. */
  interface Detached extends ParentProcess {

    /** Ends the command where it was typed. */
    void release(int exitCode) throws IOException;
  }
}
