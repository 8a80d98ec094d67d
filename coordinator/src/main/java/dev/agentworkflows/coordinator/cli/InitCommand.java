package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

@CommandLine.Command(name = "init", description = "Make a home for runs here.")
@Manual(
    description =
        "Makes the directory that runs are recorded in, with its database, readable by its "
            + "owner only and invisible to git. Not needed before a run: the first run makes it.",
    examples = {"owf init", "# one home for all projects", "owf init --home ~/runs"},
    seeAlso = {"run", "doctor"})
final class InitCommand extends Command {

  @CommandLine.Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Where. Default: OWF_HOME, else the project's .workflows.")
  private @Nullable Path home;

  @CommandLine.Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  InitCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() {
    WorkflowHome where = environment().homes().made(environment().homes().place(home));
    OpenHome.make(where, environment());
    if (json) {
      screen().json(Json.object().put("home", where.directory().toString()));
    } else {
      screen().line("home: " + where.directory());
    }
    return ExitCode.FINE;
  }
}
