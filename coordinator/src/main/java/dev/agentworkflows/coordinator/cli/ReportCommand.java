package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.HtmlReport;
import dev.agentworkflows.coordinator.report.MarkdownReport;
import dev.agentworkflows.coordinator.report.ReportedRun;
import dev.agentworkflows.coordinator.run.RunFiles;
import dev.agentworkflows.coordinator.run.RunSources;
import dev.agentworkflows.coordinator.secret.RedactedOutput;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
  int show(RunStore store, RunRecord run) {
    if (stdout && (json() || out != null)) {
      throw new RefusedException("--stdout goes with neither --json nor --out.");
    }
    if (stdout) {
      screen().document(report(store, run, null));
      return ExitCode.FINE;
    }
    Path file =
        out == null
            ? Path.of(run.outputDir(), html ? "report.html" : "report.md")
            : out.toAbsolutePath().normalize();
    try {
      if (out == null) {
        // Where agents write as well.
        Path directory = Path.of(run.outputDir());
        PrivateFiles.createDirectoriesBelow(store.home(), directory);
      }
      PrivateFiles.writeWithParents(file, redacted(report(store, run, file)));
    } catch (IOException e) {
      throw new RefusedException("cannot write " + file + ": " + FileErrors.reason(e) + ".", e);
    }
    if (json()) {
      screen().json(Json.object().put("run_id", run.id()).put("path", file.toString()));
    } else {
      screen().line("report: " + file);
    }
    return ExitCode.FINE;
  }

  /** As whatever is shown is. */
  private byte[] redacted(String report) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(report.length() + (1 << 16));
    try (RedactedOutput redacted = new RedactedOutput(bytes, 1 << 16, screen()::redactor)) {
      redacted.write(report.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /**
   * The report's text.
   *
   * @param page where it will be; null when it is printed
   */
  private String report(RunStore store, RunRecord run, @Nullable Path page) {
    ReportedRun reported = new RunFiles(store).reported(run);
    Worktrees worktrees =
        new Worktrees(environment().variables(), AllowedWorkspaces.any(), store.home());
    RunSources sources =
        new RunSources(
            store, run, worktrees, screen().redactor(), environment().clock().instant(), page);
    StringBuilder report = new StringBuilder();
    try {
      if (html) {
        HtmlReport.write(reported, sources, report);
      } else {
        MarkdownReport.write(reported, sources, report);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a StringBuilder takes everything", e);
    }
    return report.toString();
  }
}
