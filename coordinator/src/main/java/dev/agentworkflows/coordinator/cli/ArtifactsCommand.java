package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.MakeArtifacts;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.report.Artifact;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.RunRecord;
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
  int show(OpenHome home, RunRecord run) {
    Iterable<Artifact> artifacts = new MakeArtifacts(home).of(run);
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
