package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.coordinator.mcp.Workbench.Printed;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The tools that are a command line each: its document comes back, cut to what a model can take.
 */
final class ReadingTools {

  private static final int MOST_OUTPUT = 100_000;
  private static final int MOST_REPORT = 60_000;
  private static final int MOST_DIFF = 100_000;
  private static final int MOST_CALLS = 200;
  private static final int MOST_REASONS = 500;
  private static final int MOST_RUNS = 200;

  private final Workbench workbench;

  ReadingTools(Workbench workbench) {
    this.workbench = workbench;
  }

  CallToolResult status(Arguments arguments) {
    ObjectNode status = (ObjectNode) json("status", arguments.run());
    ArrayNode calls = (ArrayNode) status.get("calls");
    Map<String, Integer> byStatus = new TreeMap<>();
    calls.forEach(call -> byStatus.merge(call.get("status").stringValue(), 1, Integer::sum));
    ObjectNode counts = Json.object();
    byStatus.forEach(counts::put);
    ObjectNode document = Json.object();
    document.set("run", status.get("run"));
    document.set("calls_by_status", counts);
    document.set("approvals", status.get("approvals"));
    return Answers.document(page(document, calls, arguments, 20, MOST_CALLS));
  }

  CallToolResult output(Arguments arguments) {
    // The id of `latest` is looked up first: in between, another run may begin.
    String run = json("status", arguments.run()).at("/run/id").stringValue();
    Printed printed = fine("output", run, "--json");
    boolean tooLarge = printed.out().length() > MOST_OUTPUT;
    ObjectNode document = Json.object().put("run_id", run);
    document.set("output", tooLarge ? null : Json.read(printed.out()));
    return Answers.document(document.put("too_large", tooLarge));
  }

  CallToolResult report(Arguments arguments) {
    String report = fine("report", arguments.run(), "--stdout").out();
    return Answers.plain(
        report.length() <= MOST_REPORT
            ? report
            : cut(report, MOST_REPORT)
                + "\n\n… cut here; owf_read_artifact reads all of it: path report.md, offset "
                + "from 0.");
  }

  CallToolResult runs(Arguments arguments) {
    int limit = Math.max(1, arguments.count("limit", 20, MOST_RUNS));
    ObjectNode document = Json.object();
    document.set("runs", json("runs", "--limit=" + limit));
    return Answers.document(document);
  }

  CallToolResult diff(Arguments arguments) {
    ObjectNode document = (ObjectNode) json("diff", arguments.call());
    String diff = document.get("diff").stringValue();
    document.put("cut", diff.length() > MOST_DIFF);
    return Answers.document(document.put("diff", cut(diff, MOST_DIFF)));
  }

  CallToolResult explainCache(Arguments arguments) {
    ArrayNode reasons = (ArrayNode) json("explain-cache", arguments.run());
    return Answers.document(page(Json.object(), reasons, arguments, 100, MOST_REASONS));
  }

  CallToolResult cancel(Arguments arguments) {
    return Answers.document(json("cancel", arguments.run()));
  }

  CallToolResult approve(Arguments arguments) {
    List<String> words = new ArrayList<>(List.of("approve", arguments.run()));
    words.add(arguments.flag("yes", false) ? "--yes" : "--no");
    Long question = arguments.number("question");
    if (question != null) {
      words.add("--question=" + question);
    }
    return Answers.document(json(words.toArray(String[]::new)));
  }

  CallToolResult startScript(Arguments arguments) {
    String given = arguments.text("path");
    Path path = Path.of(given == null ? "" : given).toAbsolutePath().normalize();
    String template = arguments.text("template");
    List<String> words = new ArrayList<>(List.of("new", path.toString()));
    if (template != null) {
      words.add("--template=" + template);
    }
    if (arguments.flag("force", false)) {
      words.add("--force");
    }
    fine(words.toArray(String[]::new));
    return Answers.document(
        Json.object()
            .put("path", path.toString())
            .put("template", template == null ? "hello" : template)
            .put("next", "Edit the script, then run it with owf_run_workflow."));
  }

  private static ObjectNode page(
      ObjectNode document, ArrayNode all, Arguments arguments, int usual, int most) {
    int from = Math.min(arguments.count("offset", 0, Integer.MAX_VALUE), all.size());
    int to = Math.min(from + arguments.count("limit", usual, most), all.size());
    ArrayNode shown = document.putArray("calls");
    for (int i = from; i < to; i++) {
      shown.add(all.get(i));
    }
    document.put("calls_total", all.size());
    return document.put("next_offset", to < all.size() ? Integer.valueOf(to) : null);
  }

  private JsonNode json(String... words) {
    List<String> asJson = new ArrayList<>(List.of(words));
    asJson.add("--json");
    return Json.read(fine(asJson.toArray(String[]::new)).out());
  }

  /** What the command printed; refuses with its own words where it failed. */
  private Printed fine(String... words) {
    Printed printed = workbench.command(List.of(words));
    if (printed.exitCode() != 0) {
      throw new RefusedException(problem(printed));
    }
    return printed;
  }

  private static String problem(Printed printed) {
    try {
      JsonNode error = Json.read(printed.out()).get("error");
      if (error != null && error.isString()) {
        return inTools(error.stringValue());
      }
    } catch (JsonTextException e) {
      // It is told on the other stream only.
    }
    return inTools(printed.err().strip());
  }

  /** The commands that messages name, by the names that a client has for them. */
  private static String inTools(String message) {
    return message
        .replace("`runs` lists", "owf_list_runs lists")
        .replace("`calls RUN` lists", "owf_status lists");
  }

  private static String cut(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    boolean inPair = Character.isHighSurrogate(text.charAt(longest - 1));
    return text.substring(0, inPair ? longest - 1 : longest);
  }
}
