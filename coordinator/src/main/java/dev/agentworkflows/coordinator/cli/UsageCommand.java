package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.report.UsageReport;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "usage",
    description = "Tell what all runs of a home cost, by provider and model, or by day.")
@Manual(
    description =
        "Counted over all runs of the home, also those that were removed since, and " + "batches.",
    examples = {"owf usage", "owf usage --by day --json"},
    seeAlso = {"prices", "runs"})
final class UsageCommand extends ReadingCommand {

  /** What the figures can be split by. */
  enum Split {
    DAY
  }

  @CommandLine.Option(
      names = "--by",
      paramLabel = "day",
      description = "Tell what each day (in UTC) cost. Default: by provider and model.")
  private @Nullable Split by;

  UsageCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int look(RunStore store, WorkflowHome where) {
    return tell(new UsageReport(store.usage(), store.startedRuns()));
  }

  /** Nothing was paid. */
  @Override
  int withoutAnyRun(WorkflowHome where) {
    return tell(new UsageReport(List.of(), Map.of()));
  }

  private int tell(UsageReport report) {
    if (json()) {
      screen().json(report.json(by == Split.DAY));
    } else {
      report.lines(by == Split.DAY).forEach(screen()::line);
    }
    return ExitCode.FINE;
  }
}
