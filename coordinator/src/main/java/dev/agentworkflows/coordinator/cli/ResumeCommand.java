package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.run.Owners;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunStore;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

@CommandLine.Command(
    name = "resume",
    description = "Run a run's script again, and pay only for what is missing.")
final class ResumeCommand extends ScriptCommand {

  @CommandLine.Parameters(paramLabel = "RUN", description = "A run id, or latest.")
  private String run = ReadingCommand.LATEST;

  ResumeCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  public Integer call() {
    WorkflowHome where =
        WorkflowHome.forReading(home(), environment().variables(), environment().cache());
    if (!Files.exists(where.database())) {
      throw new RefusedException(
          "no run is recorded in "
              + where.directory()
              + ".\nRun a script first, or name its home with --home DIR.");
    }
    Stores.prepare(environment());
    try (Providers providers = providers();
        RunStore store = RunStore.open(where.database())) {
      Owners.interruptRunsOfTheDead(where, store, environment().clock());
      RunRecord earlier = ReadingCommand.run(store, run);
      if (earlier.parentRunId() != null) {
        throw new RefusedException(
            earlier.id()
                + " is a child run.\nResume its parent: owf resume "
                + earlier.parentRunId());
      }
      if (earlier.status() == RunStatus.RUNNING) {
        throw new RefusedException(
            earlier.id() + " is still running.\nEnd it first, or wait for its end.");
      }
      Path script = script(Path.of(earlier.scriptPath()));
      RunOptions options = choices().resuming(earlier, providers);
      return new RecordedRun(screen(), environment(), json())
          .run(script, options, where, store, providers, choices().python());
    }
  }
}
