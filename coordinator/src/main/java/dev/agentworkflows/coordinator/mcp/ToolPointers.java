package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.NextStep;
import dev.agentworkflows.coordinator.report.ReportPointers;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** For models, which have tools: a tool's name and its arguments. */
final class ToolPointers implements ReportPointers {

  private static final int MAX_RUNS = 200;

  @Override
  public String resume(NextStep next) {
    ObjectNode arguments = Json.object().put("run", next.runId());
    if (next.budgetTokens() != null) {
      arguments.put("budget_tokens", next.budgetTokens().toBigInteger());
    }
    if (next.budgetCostUsd() != null) {
      arguments.put("budget_cost_usd", next.budgetCostUsd());
    }
    return tool("owf_resume", arguments);
  }

  @Override
  public String calls(String runId) {
    return ofRun("owf_calls", runId);
  }

  @Override
  public String output(String runId) {
    return ofRun("owf_output", runId);
  }

  @Override
  public String cacheReasons(String runId) {
    return ofRun("owf_explain_cache", runId);
  }

  @Override
  public String diff(String callId) {
    return tool("owf_diff", Json.object().put("call", callId));
  }

  @Override
  public String runs() {
    return tool("owf_list_runs", Json.object().put("limit", MAX_RUNS));
  }

  @Override
  public String files(String runId) {
    return ofRun("owf_artifacts", runId);
  }

  @Override
  public String texts(String runId) {
    return ofRun("owf_read_artifact", runId);
  }

  /** No tool lists them. */
  @Override
  public Optional<String> events(String runId) {
    return Optional.empty();
  }

  private static String ofRun(String tool, String runId) {
    return tool(tool, Json.object().put("run", runId));
  }

  private static String tool(String name, ObjectNode arguments) {
    return name + " " + Json.write(arguments);
  }
}
