package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.store.RunRecord;

/** What the tools do, done as the command line does it. Thread-safe. */
public interface Workbench {

  /** The server's home, for use cases. */
  OpenHome home();

  /**
   * Loads a script, and runs nothing of its {@code main}; records nothing. Blocks.
   *
   * @return the record that a run of it would have
   * @throws dev.agentworkflows.coordinator.RefusedException when it can't be loaded: why
   */
  RunRecord plan(ScriptRequest request);

  /**
   * Starts a script; what it prints goes to the server's standard error. Blocks only shortly.
   *
   * @throws dev.agentworkflows.coordinator.RefusedException when what is asked makes no sense
   */
  StartedRun start(ScriptRequest request, RunHandle.Approval approval);
}
