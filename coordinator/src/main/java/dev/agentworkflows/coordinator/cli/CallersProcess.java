package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.shim.ParentProcess;
import dev.agentworkflows.coordinator.up.Caller;
import java.io.IOException;
import java.util.Map;

/** The process that has a command carried out here, as the parent of a script's. */
final class CallersProcess implements ParentProcess {

  private final Map<String, String> variables;
  private final Caller caller;

  CallersProcess(Map<String, String> variables, Caller caller) {
    this.variables = variables;
    this.caller = caller;
  }

  @Override
  public ProcessBuilder program(String... command) {
    ProcessBuilder program = new ProcessBuilder(command);
    program.environment().clear();
    program.environment().putAll(variables);
    return program;
  }

  /** The caller knows its own process id, and adds it. */
  @Override
  public Process start(ProcessBuilder program) throws IOException {
    return caller.start(program);
  }

  @Override
  public Runnable atSignal(Runnable action) {
    return caller.atSignal(action);
  }
}
