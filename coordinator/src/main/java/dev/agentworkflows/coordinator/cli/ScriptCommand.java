package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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

  /**
   * Starts a script whose run is recorded.
   *
   * @param detach the command ends when the run has begun
   */
  final RecordedRun begin(Path script, RunOptions options, Providers providers, boolean detach) {
    return RecordedRun.begin(
        screen(), environment(), json, detach, script, options, providers, choices.python());
  }

  /** The script that a run is to be resumed with: what is stored may be anything. */
  static Path storedScript(RunRecord earlier) {
    Path script;
    try {
      script = script(Path.of(earlier.script().path()));
    } catch (InvalidPathException e) {
      throw new RefusedException("the script of " + earlier.id() + " has no path.", e);
    }
    if (!Files.isRegularFile(script)) {
      throw new RefusedException(script + " is no regular file, and is not run again.");
    }
    return script;
  }

  /** Absolute; refuses what is no readable file. */
  static Path script(Path given) {
    Path script = given.toAbsolutePath().normalize();
    if (Files.isDirectory(script)) {
      throw new RefusedException(script + " is a directory, not a script.");
    }
    if (!Files.exists(script)) {
      throw new RefusedException("no script " + script + ".");
    }
    if (!Files.isReadable(script)) {
      throw new RefusedException("cannot read " + script + ": permission denied.");
    }
    return script;
  }
}
