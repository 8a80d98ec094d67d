package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.Examples;
import dev.agentworkflows.coordinator.json.Json;
import picocli.CommandLine;
import tools.jackson.databind.node.ArrayNode;

@CommandLine.Command(name = "examples", description = "List the bundled examples.")
@Manual(
    description =
        "Each is a template for `owf new`, and a script in the directory examples of the "
            + "source.",
    examples = {"owf examples", "owf new voting.py --template voting"},
    seeAlso = "new")
final class ExamplesCommand extends Command {

  @CommandLine.Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  ExamplesCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    if (json) {
      ArrayNode list = Json.array();
      Examples.ALL.forEach(example ->
          list.addObject()
              .put("template", example.template())
              .put("file", example.file())
              .put("shows", example.shows()));
      screen().json(list);
      return ExitCode.FINE;
    }
    Examples.ALL.forEach(
        example -> screen().line("%-10s %s".formatted(example.template(), example.shows())));
    screen().line("");
    screen().line("`owf new my_workflow.py --template NAME` starts a script from one.");
    return ExitCode.FINE;
  }
}
