package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.app.AnswerQuestion;
import dev.agentworkflows.coordinator.app.ApplyChanges;
import dev.agentworkflows.coordinator.app.CallPage;
import dev.agentworkflows.coordinator.app.CancelRun;
import dev.agentworkflows.coordinator.app.ExplainCache;
import dev.agentworkflows.coordinator.app.ListRuns;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ReadOutput;
import dev.agentworkflows.coordinator.app.ShowChanges;
import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.coordinator.app.WorktreeJson;
import dev.agentworkflows.coordinator.app.WriteReport;
import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.RunRecord;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The tools that read runs and calls, or change their state: a use case each. */
final class ReadingTools {

  private static final int MAX_OUTPUT = 100_000;
  private static final int MAX_DIFF = 100_000;
  private static final int MAX_CALLS = 200;
  private static final int MAX_REASONS = 500;
  private static final int MAX_RUNS = 200;

  private final OpenHome home;
  private final ShowRun runs;

  ReadingTools(OpenHome home) {
    this.home = home;
    this.runs = new ShowRun(home);
  }

  CallToolResult status(Arguments arguments) {
    RunRecord run = runs.of(arguments.run());
    CallPage page = arguments.page(runs, run, 20, MAX_CALLS);
    ObjectNode counts = Json.object();
    page.counts().forEach((status, count) -> counts.put(status.label(), count));
    ObjectNode document = Json.object();
    document.set("run", RunJson.of(run));
    document.set("calls_by_status", counts);
    document.set("approvals", RunJson.list(runs.approvals(run), RunJson::of));
    return ToolResults.document(withCalls(document, page));
  }

  CallToolResult calls(Arguments arguments) {
    RunRecord run = runs.of(arguments.run());
    ObjectNode document = Json.object().put("run_id", run.id());
    return ToolResults.document(withCalls(document, arguments.page(runs, run, 20, MAX_CALLS)));
  }

  private static ObjectNode withCalls(ObjectNode document, CallPage page) {
    document.set("calls", RunJson.list(page.calls(), RunJson::of));
    document.put("calls_total", page.total());
    return document.put("next_offset", page.next());
  }

  CallToolResult output(Arguments arguments) {
    RunRecord run = runs.of(arguments.run());
    String output = new ReadOutput(home).of(run);
    boolean tooLarge = output.length() > MAX_OUTPUT;
    ObjectNode document = Json.object().put("run_id", run.id());
    document.set("output", tooLarge ? null : Json.read(output));
    return ToolResults.document(document.put("too_large", tooLarge));
  }

  CallToolResult report(Arguments arguments) {
    // It is bounded by itself, and says what it leaves out.
    RunRecord run = runs.of(arguments.run());
    return ToolResults.plain(report(home, run));
  }

  static String report(OpenHome home, RunRecord run) {
    return new WriteReport(home, new ToolPointers()).text(run, WriteReport.Format.MARKDOWN);
  }

  CallToolResult runs(Arguments arguments) {
    int limit = Math.max(1, arguments.count("limit", 20, MAX_RUNS));
    ObjectNode document = Json.object();
    document.set("runs", RunJson.list(new ListRuns(home).newest(limit), RunJson::of));
    return ToolResults.document(document);
  }

  CallToolResult diff(Arguments arguments) {
    ObjectNode document = WorktreeJson.of(new ShowChanges(home).of(arguments.call()));
    String diff = document.get("diff").stringValue();
    document.put("cut", diff.length() > MAX_DIFF);
    return ToolResults.document(document.put("diff", cut(diff, MAX_DIFF)));
  }

  CallToolResult apply(Arguments arguments) {
    return ToolResults.document(WorktreeJson.of(new ApplyChanges(home).of(arguments.call())));
  }

  CallToolResult explainCache(Arguments arguments) {
    RunRecord run = runs.of(arguments.run());
    int offset = arguments.count("offset", 0, Integer.MAX_VALUE);
    int limit = arguments.count("limit", 100, MAX_REASONS);
    ObjectNode document = Json.object().put("run_id", run.id());
    ArrayNode shown = document.putArray("calls");
    long total = 0;
    for (CacheReason reason : new ExplainCache(home).of(run)) {
      if (total >= offset && shown.size() < limit) {
        shown.add(RunJson.of(reason));
      }
      total++;
    }
    long end = offset + (long) shown.size();
    document.put("calls_total", total);
    document.put("next_offset", end < total ? Long.valueOf(end) : null);
    return ToolResults.document(document);
  }

  CallToolResult cancel(Arguments arguments) {
    CancelRun.Result result = new CancelRun(home).cancel(arguments.namedRun());
    return ToolResults.document(RunJson.cancelled(result.runId(), result.status()));
  }

  CallToolResult approve(Arguments arguments) {
    Long question = arguments.number("question");
    return ToolResults.document(
        RunJson.of(
            new AnswerQuestion(home)
                .answer(
                    arguments.namedRun(),
                    question == null ? null : arguments.count("question", 0, Integer.MAX_VALUE),
                    arguments.flag("yes", false),
                    "mcp")));
  }

  private static String cut(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    boolean inPair = Character.isHighSurrogate(text.charAt(longest - 1));
    return text.substring(0, inPair ? longest - 1 : longest);
  }
}
