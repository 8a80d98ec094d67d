package dev.agentworkflows.coordinator.app.script;

import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.shim.ParentProcess;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import dev.agentworkflows.store.EventType;
import java.io.OutputStream;
import java.util.function.BiConsumer;

/**
 * What a frontend brings to a run that it starts.
 *
 * @param parent whose child the script's process will be; its signals end the run
 * @param output where what the script prints goes
 * @param approval asked what a person has to decide
 * @param events told the type and message of each of the run's events, as they come; must not block
 */
public record RunFrontend(
    ParentProcess parent,
    ScriptOutput output,
    RunHandle.Approval approval,
    BiConsumer<EventType, String> events) {

  /**
   * Of a run whose events nobody is told of, and whose script has none of our input.
   *
   * @param output where all goes that the script prints
   */
  public static RunFrontend apart(
      ParentProcess parent, OutputStream output, RunHandle.Approval approval) {
    return new RunFrontend(parent, ScriptOutput.apart(output), approval, (type, message) -> {});
  }
}
