package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a file of a run, or lists them. */
final class ArtifactTool {

  private static final int USUAL_BYTES = 50_000;
  private static final int MAX_BYTES = 200_000;
  private static final int USUAL_CALLS = 20;
  private static final int MAX_CALLS = 200;

  private final Store store;
  private final OpenHome home;

  ArtifactTool(Store store, OpenHome home) {
    this.store = store;
    this.home = home;
  }

  CallToolResult answer(Arguments arguments) {
    RunRecord run = RunLookup.run(store.reader(), arguments.run());
    RunDirectory directory = new RunDirectory(store, home, run);
    String path = arguments.text("path");
    return ToolResults.document(
        path == null
            ? listed(run, directory, arguments)
            : read(run, directory.find(path), arguments));
  }

  CallToolResult list(Arguments arguments) {
    RunRecord run = RunLookup.run(store.reader(), arguments.run());
    return ToolResults.document(listed(run, new RunDirectory(store, home, run), arguments));
  }

  private ObjectNode listed(RunRecord run, RunDirectory directory, Arguments arguments) {
    CallPage page = CallPage.of(store.reader(), run.id(), arguments, USUAL_CALLS, MAX_CALLS);
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
