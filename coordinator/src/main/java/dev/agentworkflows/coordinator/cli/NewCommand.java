package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.CreateScript;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.Examples;
import dev.agentworkflows.coordinator.json.Json;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(name = "new", description = "Start a script from a template.")
@Manual(
    description = {
      "Writes a script that runs at once with the offline provider `fake`, and says at "
          + "its top how to go on with a real one. `owf examples` lists the templates.",
      "A file that is there is left alone unless --force is given. A directory that is "
          + "missing is made."
    },
    examples = {
      "owf new first.py",
      "# reviewers side by side, and sceptics who check what they found",
      "owf new review.py --template review",
      "# each file edited in a git worktree of its own",
      "owf new migrate.py --template migrate"
    },
    seeAlso = {"examples", "run", "validate", "docs/tutorial.md"})
final class NewCommand extends Command {

  @CommandLine.Parameters(paramLabel = "PATH", description = "The script to write.")
  private Path path = Path.of("");

  @CommandLine.Option(
      names = "--template",
      paramLabel = "NAME",
      defaultValue = "hello",
      completionCandidates = Examples.Names.class,
      description = "One of those that `owf examples` lists. Default: ${DEFAULT-VALUE}.")
  private String template = "";

  @CommandLine.Option(names = "--force", description = "Overwrite what is there.")
  private boolean force;

  @CommandLine.Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  NewCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    List<Path> written = CreateScript.create(template, path, force);
    if (json) {
      ObjectNode document = Json.object();
      document.put("template", template);
      document.put("path", written.get(0).toString());
      ArrayNode files = document.putArray("written");
      written.forEach(file -> files.add(file.toString()));
      screen().json(document);
    } else {
      written.forEach(file -> screen().line("wrote " + file));
      screen().line("owf run " + path);
    }
    return ExitCode.FINE;
  }
}
