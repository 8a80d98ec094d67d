package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.json.Json;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tools around a script that is not run: it is written, checked, planned. */
final class ScriptTools {

  private final CommandTools commands;

  ScriptTools(Workbench workbench) {
    this.commands = new CommandTools(workbench);
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
    String template = arguments.text("template");
    List<String> words = new ArrayList<>(List.of("new", path.toString()));
    if (template != null) {
      words.add("--template=" + template);
    }
    if (arguments.flag("force", false)) {
      words.add("--force");
    }
    commands.fine(words.toArray(String[]::new));
    return ToolResults.document(
        Json.object()
            .put("path", path.toString())
            .put("template", template == null ? "hello" : template)
            .put("next", "Edit the script, then run it with owf_run_workflow."));
  }

  CallToolResult validate(Arguments arguments) {
    return ToolResults.document(commands.json("validate", absolute(arguments)));
  }

  CallToolResult dryRun(Arguments arguments) {
    List<String> words = new ArrayList<>(List.of("dry-run", absolute(arguments)));
    add(words, "--provider", arguments.text("provider"));
    add(words, "--model", arguments.text("model"));
    add(words, "--budget-tokens", arguments.number("budget_tokens"));
    add(words, "--budget-cost-usd", arguments.decimal("budget_cost_usd"));
    add(words, "--cache-policy", arguments.text("cache_policy"));
    add(words, "--workspace", arguments.text("workspace"));
    Object args = arguments.any("args");
    add(
        words,
        "--args-json",
        args == null ? null : Json.write(ToolResults.MAPPER.getJsonMapper().valueToTree(args)));
    return ToolResults.document(commands.json(words.toArray(String[]::new)));
  }

  /** So that no path is taken for an option. */
  private static String absolute(Arguments arguments) {
    return Path.of(arguments.script()).toAbsolutePath().toString();
  }

  /** As one word, so that no value is taken for an option. */
  private static void add(List<String> words, String option, @Nullable Object value) {
    if (value != null) {
      words.add(option + "=" + value);
    }
  }
}
