package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.ListRuns;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.store.RunRecord;
import io.modelcontextprotocol.server.McpAsyncServer;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.AsyncResourceTemplateSpecification;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reports and files of runs as resources. The list has the reports of the latest runs; templates
 * lead to all others.
 */
final class RunResources {

  /** What is listed is read by people, and by models that pay for it. */
  private static final int LISTED = 50;

  /** A larger file is read piece by piece, with a tool. */
  private static final int MAX_BYTES = 4 * 1024 * 1024;

  private static final String RUNS = "owf://runs/";

  private final OpenHome home;
  private final Blocking blocking;
  private final Set<String> listed = new LinkedHashSet<>();

  RunResources(OpenHome home, Blocking blocking) {
    this.home = home;
    this.blocking = blocking;
  }

  List<AsyncResourceTemplateSpecification> templates() {
    return List.of(
        template(
            RUNS + "{run}/report",
            "report",
            "A run's report",
            "What a run did, as Markdown. `latest` stands for the latest run.",
            "text/markdown"),
        template(
            RUNS + "{run}/files/{file}",
            "run-file",
            "A run's file",
            "manifest.json, summary.md, output.json, traceback.txt, report.md or report.html.",
            null),
        template(
            RUNS + "{run}/calls/{call}/{file}",
            "call-file",
            "A call's file",
            "prompt.txt, output.txt, output.json, error.txt or transcript.jsonl of a call.",
            null));
  }

  private AsyncResourceTemplateSpecification template(
      String uri,
      String name,
      String title,
      String description,
      @org.jspecify.annotations.Nullable String type) {
    return new AsyncResourceTemplateSpecification(
        ResourceTemplate.builder(uri, name)
            .title(title)
            .description(description)
            .mimeType(type)
            .build(),
        (exchange, request) -> blocking.mono(() -> read(request.uri())));
  }

  /** Lets the server list the reports of the runs that are the latest now. */
  synchronized void refresh(McpAsyncServer server) {
    List<RunRecord> latest = new ListRuns(home).newest(LISTED);
    Set<String> wanted = new LinkedHashSet<>();
    latest.forEach(run -> wanted.add(report(run.id())));
    for (String gone : new ArrayList<>(listed)) {
      if (!wanted.contains(gone)) {
        server.removeResource(gone).block();
        listed.remove(gone);
      }
    }
    for (RunRecord run : latest) {
      if (listed.add(report(run.id()))) {
        server.addResource(resource(run)).block();
      }
    }
  }

  private static String report(String runId) {
    return RUNS + runId + "/report";
  }

  private AsyncResourceSpecification resource(RunRecord run) {
    return new AsyncResourceSpecification(
        Resource.builder(report(run.id()), run.id())
            .title("Report of " + run.id())
            .description("What the run of " + run.script().name() + " did.")
            .mimeType("text/markdown")
            .build(),
        (exchange, request) -> blocking.mono(() -> read(request.uri())));
  }

  ReadResourceResult read(String uri) {
    try {
      String[] parts =
          uri.startsWith(RUNS) ? uri.substring(RUNS.length()).split("/", -1) : new String[0];
      String path = isReport(parts) ? "" : path(parts);
      RunRecord run = new ShowRun(home).of(Arguments.id("the run in uri", parts[0]));
      if (isReport(parts)) {
        return result(uri, ReadingTools.report(home, run), "text/markdown");
      }
      RunDirectory.Found found = new RunDirectory(home, run).find(path);
      if (found.size() > MAX_BYTES) {
        throw new RefusedException(
            "%s has %d bytes; owf_read_artifact reads it piece by piece."
                .formatted(found.path(), found.size()));
      }
      return result(uri, RunDirectory.read(found, 0, MAX_BYTES).text(), type(path));
    } catch (RefusedException e) {
      throw McpError.builder(io.modelcontextprotocol.spec.McpSchema.ErrorCodes.RESOURCE_NOT_FOUND)
          .message(RefusalText.of(e))
          .build();
    }
  }

  private static ReadResourceResult result(String uri, String text, String type) {
    return ReadResourceResult.builder(
            List.of(TextResourceContents.builder(uri, text).mimeType(type).build()))
        .build();
  }

  private static boolean isReport(String[] parts) {
    return parts.length == 2 && parts[1].equals("report");
  }

  /** The file that is asked for. */
  private static String path(String[] parts) {
    if (parts.length == 3 && parts[1].equals("files")) {
      return parts[2];
    }
    if (parts.length == 4 && parts[1].equals("calls")) {
      return "calls/" + parts[2] + "/" + parts[3];
    }
    throw new RefusedException(
        "unknown resource; those that there are: "
            + RUNS
            + "RUN/report, "
            + RUNS
            + "RUN/files/FILE, "
            + RUNS
            + "RUN/calls/CALL/FILE.");
  }

  private static String type(String path) {
    return switch (path.substring(path.lastIndexOf('.') + 1)) {
      case "md" -> "text/markdown";
      case "html" -> "text/html";
      case "json" -> "application/json";
      case "jsonl" -> "application/jsonl";
      default -> "text/plain";
    };
  }
}
