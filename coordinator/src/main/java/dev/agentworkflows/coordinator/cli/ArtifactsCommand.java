package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.RunFiles;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.report.Artifact;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import java.nio.file.Path;
import picocli.CommandLine;

@CommandLine.Command(name = "artifacts", description = "Make all files of a run, and list them.")
@Manual(
    description =
        "Prompts and answers live in the database; this writes them as files below the "
            + "run's directory, and lists them.",
    examples = {"owf artifacts latest", "owf artifacts latest --json"},
    seeAlso = {"export", "cat"})
final class ArtifactsCommand extends RunReadingCommand {

  ArtifactsCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int show(Store store, WorkflowHome where, RunRecord run) {
    Iterable<Artifact> artifacts = new RunFiles(store).makeEach(run, Path.of(run.outputDir()));
    if (json()) {
      screen().json(artifacts, RunJson::of);
    } else {
      for (Artifact artifact : artifacts) {
        screen()
            .line(
                "%-12s %10d  %s".formatted(artifact.kind(), artifact.sizeBytes(), artifact.path()));
        screen().requireReader();
      }
    }
    return ExitCode.FINE;
  }
}
