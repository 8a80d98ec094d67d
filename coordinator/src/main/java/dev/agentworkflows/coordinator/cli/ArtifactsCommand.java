package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.coordinator.run.RunFiles;
import dev.agentworkflows.store.ArtifactRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

@CommandLine.Command(name = "artifacts", description = "Make all files of a run, and list them.")
@Manual(
    description =
        "Prompts and answers live in the database; this writes them as files below the "
            + "run's directory, and lists them.",
    examples = {"owf artifacts latest", "owf artifacts latest --json"},
    seeAlso = {"export", "cat"})
final class ArtifactsCommand extends RunReadingCommand {

  ArtifactsCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int look(RunStore store, RunRecord run) {
    List<ArtifactRecord> artifacts = new RunFiles(store).makeAll(run, Path.of(run.outputDir()));
    artifacts.stream().map(store::addArtifact).toList().forEach(CompletableFuture::join);
    if (json()) {
      screen().json(RunJson.list(artifacts, RunJson::of));
    } else {
      artifacts.forEach(artifact ->
          screen()
              .line(
                  "%-12s %10d  %s"
                      .formatted(artifact.kind(), artifact.sizeBytes(), artifact.path())));
    }
    return ExitCode.FINE;
  }
}
