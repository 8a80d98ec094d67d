package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.ListRuns;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.RunRecord;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(name = "runs", description = "List the runs, newest first.")
@Manual(
    description = "A line for each run: id, status, script, when, and what it cost.",
    examples = {"owf runs", "owf runs --limit 100 --json", "owf runs --all-homes"},
    seeAlso = "status")
final class RunsCommand extends ReadingCommand {

  RunsCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @CommandLine.Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @CommandLine.Option(
      names = "--all-homes",
      description = "Those of all homes that you made or trusted on this machine.")
  private boolean allHomes;

  private final List<RunRecord> found = new ArrayList<>();

  @Override
  int show(OpenHome home) {
    found.addAll(new ListRuns(home).newest(limit));
    return allHomes ? ExitCode.FINE : print(found);
  }

  @Override
  boolean allHomes() {
    return allHomes;
  }

  @Override
  int printAll() {
    return print(ListRuns.newest(found, limit));
  }

  private int print(List<RunRecord> runs) {
    if (json()) {
      screen().json(runs, RunJson::of);
    } else {
      RunLines.table(runs).forEach(screen()::line);
    }
    return ExitCode.FINE;
  }

  /** No runs are an answer too. */
  @Override
  int withoutAnyRun(WorkflowHome where) {
    if (allHomes) {
      return ExitCode.FINE;
    }
    if (json()) {
      screen().json(Json.array());
    } else {
      screen().line("no run is recorded in " + where.directory());
    }
    return ExitCode.FINE;
  }
}
