package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import picocli.CommandLine;

@CommandLine.Command(name = "output", description = "Print what a run's main returned, as JSON.")
final class OutputCommand extends ReadingCommand {

  OutputCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @CommandLine.Parameters(paramLabel = "RUN", description = "A run id, or latest.")
  private String run = LATEST;

  @Override
  int look(RunStore store, WorkflowHome where) {
    RunRecord record = run(store, run);
    String output =
        store
            .outputJson(record.id())
            .orElseThrow(() ->
                new RefusedException(
                    record.id()
                        + " has no output: it is "
                        + record.status().label()
                        + ".\n`status "
                        + record.id()
                        + "` tells why."));
    screen().json(Json.read(output));
    return ExitCode.FINE;
  }
}
