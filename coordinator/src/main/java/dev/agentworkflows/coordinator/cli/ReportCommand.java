package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.WriteReport;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

@CommandLine.Command(name = "report", description = "Write what a run did, as Markdown or HTML.")
@Manual(
    description = "Summary, calls, failures, phases and costs of one run in one file.",
    examples = {"owf report latest", "owf report latest --html --out report.html"},
    seeAlso = {"status", "export", "docs/report.md"})
final class ReportCommand extends RunReadingCommand {

  @CommandLine.Option(names = "--html", description = "One self-contained HTML file.")
  private boolean html;

  @CommandLine.Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to. Default: report.md or report.html in the run's directory.")
  private @Nullable Path out;

  @CommandLine.Option(names = "--stdout", description = "Print it instead.")
  private boolean stdout;

  ReportCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int show(OpenHome home, RunRecord run) {
    if (stdout && (json() || out != null)) {
      throw new RefusedException("--stdout goes with neither --json nor --out.");
    }
    WriteReport report = new WriteReport(home);
    WriteReport.Format format = html ? WriteReport.Format.HTML : WriteReport.Format.MARKDOWN;
    if (stdout) {
      screen().document(report.text(run, format));
      return ExitCode.FINE;
    }
    Path file = report.write(run, format, out);
    if (json()) {
      screen().json(Json.object().put("run_id", run.id()).put("path", file.toString()));
    } else {
      screen().line("report: " + file);
    }
    return ExitCode.FINE;
  }
}
