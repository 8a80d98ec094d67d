package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.shim.OwnProcess;
import dev.agentworkflows.coordinator.shim.ParentProcess;
import dev.agentworkflows.coordinator.up.Caller;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The process that has a command carried out here, as the parent of a script's. */
final class CallersProcess implements ParentProcess {

  private final Map<String, String> variables;
  private final Path directory;
  private final Caller caller;

  CallersProcess(Map<String, String> variables, Path directory, Caller caller) {
    this.variables = variables;
    this.directory = directory;
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

  @Override
  public Optional<Detached> detached() {
    return Optional.of(new StayingProcess());
  }

  /** This process: it carries out the command, and stays when the caller is gone. */
  private final class StayingProcess implements Detached {

    private final ParentProcess own = new OwnProcess();

    @Override
    public ProcessBuilder program(String... command) {
      return CallersProcess.this.program(command).directory(directory.toFile());
    }

    @Override
    public Process start(ProcessBuilder program) throws IOException {
      return own.start(program);
    }

    @Override
    public Runnable atSignal(Runnable action) {
      return caller.atSignal(action);
    }

    @Override
    public Optional<Detached> detached() {
      return Optional.of(this);
    }

    @Override
    public void release(int exitCode) throws IOException {
      caller.release(exitCode);
    }
  }
}
