package dev.agentworkflows.coordinator.up;

/** Carries out commands for other processes of this user. Thread-safe. */
public interface CallersCommands {

  /**
   * Whether a command ends here as it would in a process of its own. Any other one is started as if
   * there was no coordinator.
   */
  boolean takes(CallersCommand command);

  /**
   * Blocks until the command has ended. Nothing of it is kept.
   *
   * @return its exit code
   */
  int carryOut(CallersCommand command, Caller caller);
}
