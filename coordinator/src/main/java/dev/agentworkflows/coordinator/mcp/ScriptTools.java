package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.CreateScript;
import dev.agentworkflows.coordinator.app.Manifest;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.store.RunRecord;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.nio.file.Path;

/** The tools around a script that is not run: it is written, checked, planned. */
final class ScriptTools {

  private static final RequestedRun NOTHING =
      new RequestedRun(null, null, null, null, false, null, null, null, null, false, null);

  private final Workbench workbench;

  ScriptTools(Workbench workbench) {
    this.workbench = workbench;
  }

  CallToolResult create(Arguments arguments) {
    String given = arguments.text("path");
    String root = arguments.text("workspace_root");
    Path top = Path.of(root == null ? "" : root).toAbsolutePath().normalize();
    Path path = top.resolve(given == null ? "" : given).normalize();
    if (root != null && !path.startsWith(top)) {
      throw new RefusedException(
          "path leads to %s, out of workspace_root, %s.".formatted(path, top));
    }
    String named = arguments.text("template");
    String template = named == null ? "hello" : named;
    CreateScript.create(template, path, arguments.flag("force", false));
    return ToolResults.document(
        Json.object()
            .put("path", path.toString())
            .put("template", template)
            .put("next", "Edit the script, then run it with owf_run_workflow."));
  }

  CallToolResult validate(Arguments arguments) {
    RunRecord run = workbench.plan(new ScriptRequest(script(arguments), null, null, NOTHING));
    return ToolResults.document(RunJson.valid(run));
  }

  CallToolResult dryRun(Arguments arguments) {
    Object args = arguments.any("args");
    return ToolResults.document(
        Manifest.of(
            workbench.plan(
                new ScriptRequest(
                    script(arguments),
                    args == null
                        ? null
                        : Json.write(ToolResults.MAPPER.getJsonMapper().valueToTree(args)),
                    arguments.text("workspace"),
                    new RequestedRun(
                        arguments.text("provider"),
                        arguments.text("model"),
                        arguments.number("budget_tokens"),
                        arguments.decimal("budget_cost_usd"),
                        false,
                        arguments.text("cache_policy"),
                        null,
                        null,
                        null,
                        false,
                        null)))));
  }

  private static String script(Arguments arguments) {
    return Path.of(arguments.script()).toAbsolutePath().toString();
  }
}
