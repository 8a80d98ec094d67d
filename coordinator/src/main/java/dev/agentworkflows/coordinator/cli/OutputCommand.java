package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ReadOutput;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonStream;
import dev.agentworkflows.store.RunRecord;
import picocli.CommandLine;

@CommandLine.Command(name = "output", description = "Print what a run's main returned, as JSON.")
@Manual(
    description = "Only the value: what the script printed is not recorded.",
    examples = {"owf output latest", "owf output latest | python3 -m json.tool"},
    seeAlso = {"status", "cat"})
final class OutputCommand extends RunReadingCommand {

  /** Characters; what is longer would take many times its size as a tree. */
  private static final int MAX_TREE = 1_000_000;

  OutputCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int show(OpenHome home, RunRecord run) {
    String output = new ReadOutput(home).of(run);
    if (output.length() <= MAX_TREE) {
      screen().json(Json.read(output));
    } else {
      try (JsonStream document = screen().json()) {
        document.text(output);
      }
    }
    return ExitCode.FINE;
  }
}
