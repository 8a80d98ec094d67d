package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.report.CommandPointers;
import dev.agentworkflows.coordinator.report.HtmlReport;
import dev.agentworkflows.coordinator.report.MarkdownReport;
import dev.agentworkflows.coordinator.report.ReportPointers;
import dev.agentworkflows.coordinator.report.ReportedRun;
import dev.agentworkflows.coordinator.secret.RedactedOutput;
import dev.agentworkflows.store.RunRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Writes what a run did for people. */
public final class WriteReport {

  /** In what a report is written. */
  public enum Format {
    MARKDOWN("report.md"),
    HTML("report.html");

    private final String fileName;

    Format(String fileName) {
      this.fileName = fileName;
    }

    /** Of the file in the run's directory. */
    public String fileName() {
      return fileName;
    }
  }

  private final OpenHome home;
  private final ReportPointers pointers;

  /** For people with a terminal. */
  public WriteReport(OpenHome home) {
    this(home, new CommandPointers());
  }

  /**
   * @param pointers of a report in Markdown; a page in HTML is for people
   */
  public WriteReport(OpenHome home, ReportPointers pointers) {
    this.home = home;
    this.pointers = pointers;
  }

  /** The report's text, from which nothing is redacted yet: whoever prints it does that. */
  public String text(RunRecord run, Format format) {
    return text(run, format, null);
  }

  /** A run with all that a report shows of it, for a page that is told what changes. */
  public static ReportedRun reported(OpenHome home, RunRecord run) {
    return new RunFiles(home.store()).reported(run);
  }

  /**
   * Writes a report to a file.
   *
   * @param out where to; null for the run's directory
   * @return the file
   */
  public Path write(RunRecord run, Format format, @Nullable Path out) {
    Path directory = Path.of(run.outputDir());
    Path file =
        out == null ? directory.resolve(format.fileName()) : out.toAbsolutePath().normalize();
    try {
      if (out == null) {
        // Where agents write as well.
        PrivateFiles.createDirectoriesBelow(home.store().home(), directory);
      }
      PrivateFiles.writeWithParents(file, redacted(text(run, format, file)));
    } catch (IOException e) {
      throw new RefusedException(new FileRefusal.Unwritable(file, FileErrors.reason(e)), e);
    }
    return file;
  }

  private byte[] redacted(String report) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(report.length() + (1 << 16));
    try (RedactedOutput redacted = new RedactedOutput(bytes, 1 << 16, home.redactor())) {
      redacted.write(report.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /**
   * The report's text.
   *
   * @param page where it will be; null when it is printed
   */
  private String text(RunRecord run, Format format, @Nullable Path page) {
    ReportedRun reported = reported(home, run);
    RunSources sources = RunSources.of(home, run, page);
    StringBuilder report = new StringBuilder();
    try {
      switch (format) {
        case MARKDOWN -> MarkdownReport.write(reported, sources, pointers, report);
        case HTML -> HtmlReport.write(reported, sources, report);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a StringBuilder takes everything", e);
    }
    return report.toString();
  }
}
