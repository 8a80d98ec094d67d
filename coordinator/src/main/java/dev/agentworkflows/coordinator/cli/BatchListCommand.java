package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.batch.ListBatches;
import dev.agentworkflows.coordinator.batch.BatchJson;
import dev.agentworkflows.coordinator.batch.BatchRecord;
import dev.agentworkflows.coordinator.cli.refusal.RefusalText;
import dev.agentworkflows.coordinator.json.Json;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.node.ArrayNode;

@CommandLine.Command(
    name = "batch list",
    description = "List the batches, newest first, as they were last seen.")
@Manual(
    description = "Nothing is asked of a provider.",
    examples = "owf batch list",
    seeAlso = "batch status")
final class BatchListCommand extends BatchCommand {

  BatchListCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int run(Providers providers) {
    List<BatchRecord> all =
        new ListBatches(where()).all(problem -> screen().note("owf: " + RefusalText.of(problem)));
    if (json()) {
      ArrayNode list = Json.array();
      all.forEach(record -> list.add(BatchJson.shown(record)));
      screen().json(list);
    } else if (all.isEmpty()) {
      screen().line("no batch was submitted yet");
    } else {
      BatchLines.table(all).forEach(screen()::line);
    }
    return ExitCode.FINE;
  }
}
