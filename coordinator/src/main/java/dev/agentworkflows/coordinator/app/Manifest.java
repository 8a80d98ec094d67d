package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunRecord;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a run was started with: {@code manifest.json}, and what {@code dry-run} prints. */
public final class Manifest {

  /** In the run's directory. */
  static final String FILE = "manifest.json";

  private static final String WAIT_FOR_LIMITS = "wait_for_limits_seconds";

  /** The arguments of a run are in it, and may be long. */
  private static final int MAX_BYTES = 64 << 20;

  private Manifest() {}

  /**
   * As {@link #of(RunRecord)}, with an option that no other record of the run holds.
   *
   * @param waitForLimits how long its calls wait for a usage limit to reset
   */
  public static ObjectNode of(RunRecord run, Duration waitForLimits) {
    return of(run).put(WAIT_FOR_LIMITS, waitForLimits.toSeconds());
  }

  /**
   * How long a run's calls waited for a usage limit to reset; empty where its file does not say.
   * The run's agents could write to it: what makes no sense is passed over.
   */
  public static Optional<Duration> waitForLimits(RunRecord run) {
    try {
      JsonNode seconds =
          Json.read(PrivateFiles.read(Path.of(run.outputDir()).resolve(FILE), MAX_BYTES))
              .path(WAIT_FOR_LIMITS);
      boolean sensible =
          seconds.isIntegralNumber()
              && seconds.canConvertToLong()
              && seconds.longValue() >= 0
              && seconds.longValue() <= RunOptions.MAX_WAIT_FOR_LIMITS.toSeconds();
      return sensible ? Optional.of(Duration.ofSeconds(seconds.longValue())) : Optional.empty();
    } catch (IOException | InvalidPathException | JsonTextException e) {
      return Optional.empty();
    }
  }

  /** A run as it started: everything but how it went. */
  public static ObjectNode of(RunRecord run) {
    ObjectNode manifest = RunJson.of(run);
    manifest.set("meta", Json.read(run.script().metaJson()));
    manifest.put("timeout_seconds", run.settings().timeoutSeconds());
    for (String outcome :
        new String[] {
          "status",
          "budget_spent_tokens",
          "budget_spent_cost_usd",
          "budget_job_spent_tokens",
          "budget_job_spent_cost_usd",
          "started_at",
          "completed_at",
          "error_kind",
          "error_message"
        }) {
      manifest.remove(outcome);
    }
    return manifest;
  }
}
