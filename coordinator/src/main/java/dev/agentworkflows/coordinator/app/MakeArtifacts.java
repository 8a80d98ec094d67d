package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.report.Artifact;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;

/** Makes the files of a run, and of its calls. */
public final class MakeArtifacts {

  private final OpenHome home;

  public MakeArtifacts(OpenHome home) {
    this.home = home;
  }

  /** Below the run's own directory, as they are asked for. */
  public Iterable<Artifact> of(RunRecord run) {
    return of(run, Path.of(run.outputDir()));
  }

  /** Those of one call, below its run's directory. */
  public RunFiles.CallFiles of(CallRecord call, RunRecord run) {
    return of(call, Path.of(run.outputDir()));
  }

  /**
   * Those of one call.
   *
   * @param runDirectory below which they are made
   */
  public RunFiles.CallFiles of(CallRecord call, Path runDirectory) {
    return new RunFiles(home.store()).makeCallFiles(call, runDirectory);
  }

  /**
   * As they are asked for.
   *
   * @param directory where to
   */
  public Iterable<Artifact> of(RunRecord run, Path directory) {
    return new RunFiles(home.store()).makeEach(run, directory);
  }
}
