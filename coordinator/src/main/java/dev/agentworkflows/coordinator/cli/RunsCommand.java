package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import java.util.ArrayList;
import java.util.Comparator;
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
  int show(Store store, WorkflowHome where) {
    if (limit < 1) {
      throw new RefusedException(
          new ScriptRefusal.BadSetting(
              ScriptRefusal.Setting.LIMIT, String.valueOf(limit), "a number above 0"));
    }
    found.addAll(store.reader().runs(limit));
    return allHomes ? ExitCode.FINE : print(found);
  }

  @Override
  boolean allHomes() {
    return allHomes;
  }

  @Override
  int printAll() {
    return print(
        found.stream()
            .sorted(Comparator.comparing((RunRecord run) -> run.times().createdAt()).reversed())
            .limit(limit)
            .toList());
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
