package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import picocli.CommandLine;

@CommandLine.Command(name = "output", description = "Print what a run's main returned, as JSON.")
@Manual(
    description = "Only the value: what the script printed is not recorded.",
    examples = {"owf output latest", "owf output latest | python3 -m json.tool"},
    seeAlso = {"status", "cat"})
final class OutputCommand extends RunReadingCommand {

  OutputCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int look(RunStore store, RunRecord run) {
    String output =
        store
            .outputJson(run.id())
            .orElseThrow(() ->
                new RefusedException(
                    run.id()
                        + " has no output: it is "
                        + run.status().label()
                        + ".\n`status "
                        + run.id()
                        + "` tells why."));
    screen().json(Json.read(output));
    return ExitCode.FINE;
  }
}
