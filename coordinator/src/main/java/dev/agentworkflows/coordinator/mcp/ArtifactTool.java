package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.app.CallPage;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.RunRecord;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a file of a run, or lists them. */
final class ArtifactTool {

  private static final int USUAL_BYTES = 50_000;
  private static final int MAX_BYTES = 200_000;
  private static final int USUAL_CALLS = 20;
  private static final int MAX_CALLS = 200;

  private final OpenHome home;
  private final ShowRun runs;

  ArtifactTool(OpenHome home) {
    this.home = home;
    this.runs = new ShowRun(home);
  }

  CallToolResult answer(Arguments arguments) {
    RunRecord run = runs.of(arguments.run());
    RunDirectory directory = new RunDirectory(home, run);
    String path = arguments.text("path");
    return ToolResults.document(
        path == null
            ? listed(run, directory, arguments)
            : read(run, directory.find(path), arguments));
  }

  CallToolResult list(Arguments arguments) {
    RunRecord run = runs.of(arguments.run());
    return ToolResults.document(listed(run, new RunDirectory(home, run), arguments));
  }

  private ObjectNode listed(RunRecord run, RunDirectory directory, Arguments arguments) {
    CallPage page = arguments.page(runs, run, USUAL_CALLS, MAX_CALLS);
    ObjectNode document = Json.object().put("run_id", run.id());
    ArrayNode files = document.putArray("files");
    for (RunDirectory.Found found : directory.list(page.calls())) {
      files.addObject().put("path", found.path()).put("size_bytes", found.size());
    }
    return document.put("next_offset", page.next());
  }

  private static ObjectNode read(RunRecord run, RunDirectory.Found found, Arguments arguments) {
    Long offset = arguments.number("offset");
    RunDirectory.Piece piece =
        RunDirectory.read(
            found,
            offset == null ? 0 : Math.max(0, offset),
            Math.max(16, arguments.count("limit", USUAL_BYTES, MAX_BYTES)));
    return Json.object()
        .put("run_id", run.id())
        .put("path", found.path())
        .put("size_bytes", found.size())
        .put("text", piece.text())
        .put("next_offset", piece.next());
  }
}
