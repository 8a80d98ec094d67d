package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import picocli.CommandLine;

@CommandLine.Command(name = "new", description = "Start a script from a template.")
final class NewCommand extends Command {

  @CommandLine.Parameters(paramLabel = "PATH", description = "The script to write.")
  private Path path = Path.of("");

  @CommandLine.Option(
      names = "--template",
      paramLabel = "NAME",
      defaultValue = "hello",
      description = "One of those that `examples` lists (default: ${DEFAULT-VALUE}).")
  private String template = "";

  @CommandLine.Option(names = "--force", description = "Overwrite what is there.")
  private boolean force;

  NewCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  public Integer call() {
    Examples.Example example = example(template);
    Path script = path.toAbsolutePath().normalize();
    write(script, example);
    example
        .needs()
        .map(NewCommand::example)
        .ifPresent(needed -> write(script.resolveSibling(needed.file()), needed));
    screen().line("owf run " + path);
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

  private void write(Path file, Examples.Example example) {
    if (Files.exists(file) && !force) {
      throw new RefusedException(file + " is there already. Pass --force to overwrite it.");
    }
    try {
      Path parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.writeString(file, Examples.text(example));
    } catch (IOException e) {
      throw new RefusedException("cannot write " + file + ": " + FileTrouble.reason(e) + ".", e);
    }
    screen().line("wrote " + file);
  }
}
