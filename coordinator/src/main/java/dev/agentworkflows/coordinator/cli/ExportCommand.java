package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.MakeArtifacts;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.report.Artifact;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "export",
    description = "Make all files of a run in a directory of your choice.")
@Manual(
    description =
        "Prompts, answers, manifest and output, for looking at with other programs or for "
            + "handing on.",
    examples = {"owf export latest", "owf export latest review-of-monday"},
    seeAlso = {"artifacts", "report"})
final class ExportCommand extends RunReadingCommand {

  ExportCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @CommandLine.Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "DIR",
      description = "Where to; the run's own directory when it is left out.")
  private @Nullable Path directory;

  @Override
  int show(OpenHome home, RunRecord run) {
    Path target =
        directory == null
            ? Path.of(run.outputDir())
            : directory.toAbsolutePath().normalize().resolve(run.id());
    Iterable<Artifact> files = new MakeArtifacts(home).of(run, target);
    if (json()) {
      screen().json(files, RunJson::of);
    } else {
      long count = StreamSupport.stream(files.spliterator(), false).count();
      screen().line(count + " files in " + target);
    }
    return ExitCode.FINE;
  }
}
