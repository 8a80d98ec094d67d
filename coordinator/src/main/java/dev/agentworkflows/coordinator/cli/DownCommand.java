package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.home.RuntimeDirectory;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.up.UpClient;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(name = "down", description = "End the coordinator that `up` has started.")
@Manual(
    description =
        "Waits until it has ended; commands that it carries out come to their end before. Scripts "
            + "that it runs are not waited for: it takes no more commands, and ends with them. "
            + "That there is none is no error.",
    examples = "owf down",
    seeAlso = "up")
final class DownCommand extends Command {

  @Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  DownCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    Optional<Integer> scripts =
        UpClient.stop(RuntimeDirectory.of(environment().variables(), UpCommand.jar()));
    if (json) {
      screen()
          .json(
              Json.object()
                  .put("ended", scripts.isPresent() && scripts.get() == 0)
                  .put("scripts", scripts.orElse(0)));
    } else {
      screen().line(scripts.map(DownCommand::line).orElse("not up"));
    }
    return ExitCode.FINE;
  }

  private static String line(int scripts) {
    return scripts == 0
        ? "down"
        : "takes no more commands, and ends with "
            + (scripts == 1 ? "the script" : "the " + scripts + " scripts")
            + " that it runs";
  }
}
