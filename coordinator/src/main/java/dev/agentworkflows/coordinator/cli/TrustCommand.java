package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.TrustRepository;
import dev.agentworkflows.coordinator.home.Homes;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

@CommandLine.Command(
    name = "trust",
    description =
        "Accept a home that somebody else made, or a repository's configuration, as it is now.")
@Manual(
    description = {
      "A home that you did not make on this machine (it came with a clone or a copy, was moved or"
          + " restored, or is of an earlier version) is opened by no command until you accept it"
          + " here. What is accepted is this directory with its present database; a later copy or"
          + " another database in its place is not.",
      "Accepting means: its answers may be reused, its texts are shown, `resume` runs the scripts"
          + " whose paths it names in the workspaces that it names, and `apply` and `gc` work on"
          + " the worktrees that it names where git knows them. Look at it first.",
      "On a machine that exists for one job, as in CI, OWF_TRUST_HOMES=1 accepts every home"
          + " without a record; whoever can put a home there is then believed.",
      "Worktrees of isolated calls are made with the hooks and the filters that a repository had"
          + " before agents worked in it. Where its configuration or hooks were changed since,"
          + " isolated calls fail and name what is new; --git accepts that, as it is now."
    },
    examples = {
      "owf trust .workflows",
      "owf trust ~/copied-project/.workflows",
      "owf trust --git ."
    },
    seeAlso = {"resume", "doctor"})
final class TrustCommand extends Command {

  @CommandLine.Parameters(paramLabel = "DIR", description = "The home, or the project it is of.")
  private Path directory = Path.of("");

  @CommandLine.Option(
      names = "--git",
      description = "Accept the configuration and hooks of the git repository around DIR.")
  private boolean git;

  @CommandLine.Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  TrustCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    if (git) {
      return acceptRepository();
    }
    WorkflowHome trusted = environment().homes().trust(home());
    if (json) {
      screen().json(Json.object().put("home", trusted.directory().toString()));
    } else {
      screen().line("trusted: " + trusted.directory());
    }
    return ExitCode.FINE;
  }

  private int acceptRepository() {
    Path accepted = new TrustRepository(environment().variables()).around(directory);
    if (json) {
      screen().json(Json.object().put("repository", accepted.toString()));
    } else {
      screen().line("accepted: the configuration and hooks of " + accepted);
    }
    return ExitCode.FINE;
  }

  private Path home() {
    Path named = directory.toAbsolutePath().normalize();
    for (Path one : new Path[] {named, named.resolve(".workflows")}) {
      if (Homes.isHome(one)) {
        return one;
      }
    }
    throw new RefusedException(
        named + (Files.exists(named) ? " is not a home" : " does not exist") + ".");
  }
}
