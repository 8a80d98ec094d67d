package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.run.RunHandle;
import java.time.Duration;
import java.util.List;

/** What the tools do, done as the command line does it. Thread-safe. */
public interface Workbench {

  /** What a command printed, and its exit code. */
  record Printed(int exitCode, String out, String err) {}

  /** Runs a command on the server's home. Blocks. */
  Printed command(List<String> words);

  /** Waits so long for a run to end, whoever carries it; not at all for one that there is not. */
  void awaitEnd(String run, Duration patience);

  /**
   * Starts a script; what it prints goes to the server's standard error. Blocks only shortly.
   *
   * @throws dev.agentworkflows.coordinator.RefusedException when what is asked makes no sense
   */
  StartedRun start(ScriptRequest request, RunHandle.Approval approval);
}
