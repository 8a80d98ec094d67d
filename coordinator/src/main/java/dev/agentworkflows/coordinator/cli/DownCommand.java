package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.RuntimeDirectory;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.up.UpClient;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(name = "down", description = "End the coordinator that `up` has started.")
@Manual(
    description =
        "Waits until it has ended; commands that it carries out come to their end before. That "
            + "there is none is no error.",
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
    boolean ended = UpClient.stop(RuntimeDirectory.of(environment().variables(), UpCommand.jar()));
    if (json) {
      screen().json(Json.object().put("ended", ended));
    } else {
      screen().line(ended ? "down" : "not up");
    }
    return ExitCode.FINE;
  }
}
