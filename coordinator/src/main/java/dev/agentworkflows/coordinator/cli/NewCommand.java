package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
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
    Examples.Example example = example(template);
    Path script = path.toAbsolutePath().normalize();
    Map<Path, Examples.Example> files = new LinkedHashMap<>();
    files.put(script, example);
    example
        .needs()
        .map(NewCommand::example)
        .ifPresent(needed -> files.put(script.resolveSibling(needed.file()), needed));
    // All or none: half of a template does not run.
    files.keySet().forEach(this::refuseWhatIsInTheWay);
    files.forEach(NewCommand::write);
    if (json) {
      ObjectNode document = Json.object();
      document.put("template", example.template());
      document.put("path", script.toString());
      ArrayNode written = document.putArray("written");
      files.keySet().forEach(file -> written.add(file.toString()));
      screen().json(document);
    } else {
      files.keySet().forEach(file -> screen().line("wrote " + file));
      screen().line("owf run " + path);
    }
    return ExitCode.FINE;
  }

  private static Examples.Example example(String template) {
    return Examples.named(template)
        .orElseThrow(() ->
            new RefusedException(
                "unknown template '"
                    + template
                    + "'; there are: "
                    + Examples.ALL.stream()
                        .map(Examples.Example::template)
                        .collect(Collectors.joining(", "))
                    + "."));
  }

  private void refuseWhatIsInTheWay(Path file) {
    if (Files.isDirectory(file)) {
      throw new RefusedException(
          file + " is a directory.\nName the script to write, as in " + path.resolve("first.py"));
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !force) {
      throw new RefusedException(file + " is there already.\nPass --force to overwrite it.");
    }
  }

  private static void write(Path file, Examples.Example example) {
    try {
      Path parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      // References to the script's place in the source would lead nowhere from here.
      String text =
          Examples.text(example)
              .replace("examples/" + example.file(), String.valueOf(file.getFileName()));
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new RefusedException(
          "cannot write "
              + file
              + ": "
              + FileErrors.reason(e)
              + ".\nName a place that can be written to.",
          e);
    }
  }
}
