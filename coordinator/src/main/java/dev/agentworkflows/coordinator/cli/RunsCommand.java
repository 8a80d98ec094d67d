package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(name = "runs", description = "List the runs, newest first.")
@Manual(
    description = "A line for each run: id, status, script, when, and what it cost.",
    examples = {"owf runs", "owf runs --limit 100 --json"},
    seeAlso = "status")
final class RunsCommand extends ReadingCommand {

  RunsCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @CommandLine.Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Override
  int look(RunStore store, WorkflowHome where) {
    if (limit < 1) {
      throw new RefusedException("--limit is " + limit + ", where a number above 0 was expected.");
    }
    List<RunRecord> runs = store.runs(limit);
    if (json()) {
      screen().json(RunJson.list(runs, RunJson::of));
    } else {
      RunLines.table(runs).forEach(screen()::line);
    }
    return ExitCode.FINE;
  }

  /** No runs are an answer too. */
  @Override
  int withoutAnyRun(WorkflowHome where) {
    if (json()) {
      screen().json(Json.array());
    } else {
      screen().line("no run is recorded in " + where.directory());
    }
    return ExitCode.FINE;
  }
}
