package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.RunRecord;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run was started with: {@code manifest.json}, and what {@code dry-run} prints. For people
 * and their programs: the run's agents could write to the file, and nothing is read from it.
 */
public final class Manifest {

  /** In the run's directory. */
  static final String FILE = "manifest.json";

  private Manifest() {}

  /** A run as it started: everything but how it went. */
  public static ObjectNode of(RunRecord run) {
    ObjectNode manifest = RunJson.of(run);
    manifest.set("meta", Json.read(run.script().metaJson()));
    manifest.put("timeout_seconds", run.settings().timeoutSeconds());
    if (run.settings().waitForLimitsSeconds() != null) {
      manifest.put("wait_for_limits_seconds", run.settings().waitForLimitsSeconds());
    }
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
