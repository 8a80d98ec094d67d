package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import java.util.Optional;
import java.util.function.Supplier;

/** Nobody reads it. */
final class NoProgress extends Progress {

  @Override
  void watch(Supplier<Optional<RunSnapshot>> view) {}

  @Override
  void line(String line) {}

  @Override
  void prompt(String text) {}

  @Override
  ScriptOutput scriptOutput() {
    return ScriptOutput.ours(true);
  }

  @Override
  public void close() {}
}
