package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.CreateScript;
import dev.agentworkflows.coordinator.app.Manifest;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.script.PlanRun;
import dev.agentworkflows.coordinator.app.script.RunArguments;
import dev.agentworkflows.coordinator.app.script.ScriptFile;
import dev.agentworkflows.coordinator.app.script.ScriptRuntime;
import dev.agentworkflows.coordinator.app.script.StartRun;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.store.RunRecord;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The tools around a script that is not run: it is written, checked, planned. */
final class ScriptTools {

  private static final RequestedRun NOTHING =
      new RequestedRun(null, null, null, null, false, null, null, null, null, false, null);

  private final OpenHome home;
  private final ScriptRuntime runtime;

  ScriptTools(OpenHome home, ScriptRuntime runtime) {
    this.home = home;
    this.runtime = runtime;
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
    RunRecord run =
        plan(
            new StartRun.Request(
                script(arguments), new RunArguments(null, Map.of()), null, NOTHING));
    return ToolResults.document(RunJson.valid(run));
  }

  CallToolResult dryRun(Arguments arguments) {
    String workspace = arguments.text("workspace");
    return ToolResults.document(
        Manifest.of(
            plan(
                new StartRun.Request(
                    script(arguments),
                    arguments.ofMain(),
                    workspace == null ? null : Path.of(workspace),
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

  /** What the script says while it is loaded is said where it can't be. */
  private RunRecord plan(StartRun.Request request) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    try {
      return new PlanRun(runtime).plan(request, home.home().directory(), printed, true);
    } catch (RefusedException e) {
      String said = printed.toString(StandardCharsets.UTF_8);
      String why = runtime.providers().redactor().redact(said).strip();
      throw why.isEmpty() ? e : new RefusedException(RefusalText.of(e) + "\n" + why, e);
    }
  }

  private static ScriptFile script(Arguments arguments) {
    return ScriptFile.of(Path.of(arguments.script()));
  }
}
