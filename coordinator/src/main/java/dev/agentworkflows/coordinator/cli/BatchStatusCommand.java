package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.batch.BatchJson;
import dev.agentworkflows.coordinator.batch.BatchRecord;
import dev.agentworkflows.coordinator.batch.BatchStatus;
import picocli.CommandLine;

@CommandLine.Command(name = "batch status", description = "Ask the provider how far a batch is.")
@Manual(
    description = "One request to the provider; what it says is recorded.",
    examples = "owf batch status latest",
    exitCodes = "1 The provider could not be asked.",
    seeAlso = {"batch fetch", "batch list"})
final class BatchStatusCommand extends BatchCommand {

  @CommandLine.Parameters(
      paramLabel = "ID",
      description = "A batch's id, its id at the provider, or `latest`.")
  private String id = "";

  BatchStatusCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int run(Providers providers) {
    BatchRecord record = fetching(providers).status(id);
    if (json()) {
      screen().json(BatchJson.shown(record));
    } else {
      BatchLines.about(record).forEach(screen()::line);
    }
    if (record.status() == BatchStatus.SUBMITTING) {
      screen()
          .note(
              ("nobody knows whether %s has it. `owf batch submit %s --provider %s` looks it up there"
                      + " before anything is sent.")
                  .formatted(record.provider(), record.inputFile(), record.provider()));
    }
    return ExitCode.FINE;
  }
}
