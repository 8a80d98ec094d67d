package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.script.PreparedRun;
import dev.agentworkflows.coordinator.app.script.ScriptRuntime;
import dev.agentworkflows.coordinator.rpc.LoopbackChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that starts a script. */
abstract class ScriptCommand extends Command {

  @Mixin private RunChoices choices = new RunChoices();

  @Mixin private AdaptersOption adapters = new AdaptersOption();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where runs are recorded. Default: OWF_HOME, else the project's .workflows.")
  private @Nullable Path home;

  @Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  ScriptCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  RunChoices choices() {
    return choices;
  }

  /** Tells of adapters that can't be used; whoever asks closes what is given. */
  Providers providers() {
    return adapters.providers(screen(), environment());
  }

  @Nullable Path home() {
    return home;
  }

  boolean json() {
    return json;
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  /** What scripts are run with; whoever asks closes the providers. */
  final ScriptRuntime runtime(Providers providers) {
    return new ScriptRuntime(
        environment(), providers, choices.python(), new LoopbackChannel.Opener());
  }

  /**
   * Starts a script whose run is recorded.
   *
   * @param detach the command ends when the run has begun
   */
  final RunOnScreen begin(PreparedRun prepared, boolean detach) {
    return RunOnScreen.begin(screen(), environment(), json, detach, prepared);
  }
}
