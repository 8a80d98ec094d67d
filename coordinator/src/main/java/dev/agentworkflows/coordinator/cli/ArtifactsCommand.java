package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.WorkflowHome;
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
final class ArtifactsCommand extends ReadingCommand {

  ArtifactsCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @CommandLine.Parameters(paramLabel = "RUN", description = "A run id, or latest.")
  private String run = LATEST;

  @Override
  int look(RunStore store, WorkflowHome where) {
    RunRecord record = run(store, run);
    List<ArtifactRecord> artifacts =
        new RunFiles(store).makeAll(record, Path.of(record.outputDir()));
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
