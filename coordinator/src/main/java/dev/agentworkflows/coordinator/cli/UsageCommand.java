package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ShowUsage;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.report.UsageReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "usage",
    description =
        "Tell what all runs and batches of a home cost, by provider and model, or by day.")
@Manual(
    description =
        "Counted over all runs of the home, also those that were removed since, and over its "
            + "batches, each from its first `batch fetch` on.",
    examples = {"owf usage", "owf usage --by day --json", "owf usage --all-homes"},
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

  UsageCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @CommandLine.Option(
      names = "--all-homes",
      description = "What all homes cost that you made or trusted on this machine.")
  private boolean allHomes;

  private final ShowUsage usage = new ShowUsage();

  @Override
  int show(OpenHome home) {
    usage.add(home);
    return allHomes ? ExitCode.FINE : printAll();
  }

  @Override
  boolean allHomes() {
    return allHomes;
  }

  @Override
  int printAll() {
    ShowUsage.Usage sum = usage.sum();
    return print(new UsageReport(sum.paid(), sum.started()));
  }

  /** Nothing was paid. */
  @Override
  int withoutAnyRun(WorkflowHome where) {
    return allHomes ? ExitCode.FINE : printAll();
  }

  private int print(UsageReport report) {
    if (json()) {
      screen().json(report.json(by == Split.DAY));
    } else {
      report.lines(by == Split.DAY).forEach(screen()::line);
    }
    return ExitCode.FINE;
  }
}
