package dev.agentworkflows.coordinator.web;

import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.coordinator.app.WriteReport;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.LiveRun;
import dev.agentworkflows.coordinator.report.ReportedRun;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What changes in one run, for one reader: parts of the page whose text is another one than before,
 * and the lines of calls that began or ended. The first time that is everything.
 */
final class RunFeed implements EventStream.Source {

  private final ViewedHome viewed;
  private final String runId;
  private final Map<String, String> sent = new HashMap<>();
  private final Map<Integer, CallRecord> lines = new HashMap<>();
  private boolean ended;

  RunFeed(ViewedHome viewed, String runId) {
    this.viewed = viewed;
    this.runId = runId;
  }

  @Override
  public @Nullable String next() {
    viewed.open().markOrphanedRuns();
    RunRecord run = new ShowRun(viewed.open()).ifThere(runId).orElse(null);
    if (run == null) {
      ended = true;
      return null;
    }
    ReportedRun reported = WriteReport.reported(viewed.open(), run);
    ObjectNode news = Json.object();
    news.put("run", run.id());
    news.put("status", run.status().label());
    news.put("cancellable", LiveRun.cancellable(run));
    boolean changed = parts(reported, news);
    changed |= questions(run, news);
    changed |= calls(reported.calls(), news.putArray("calls"));
    ended = run.status() != RunStatus.RUNNING;
    return changed ? Json.write(news) : null;
  }

  /**
   * All parts are named, so that the page knows their order and which there are; those that did not
   * change have no text.
   */
  private boolean parts(ReportedRun reported, ObjectNode news) {
    ArrayNode parts = news.putArray("parts");
    boolean changed = false;
    var all = LiveRun.parts(reported, viewed.sources(reported.run()));
    for (Map.Entry<String, String> part : all.entrySet()) {
      ObjectNode told = parts.addObject().put("id", part.getKey());
      if (!part.getValue().equals(sent.put(part.getKey(), part.getValue()))) {
        told.put("html", viewed.redactor().redact(part.getValue()));
        changed = true;
      }
    }
    return changed;
  }

  private boolean questions(RunRecord run, ObjectNode news) {
    String questions = LiveRun.questions(run, new ShowRun(viewed.open()).approvals(run));
    if (questions.equals(sent.put("questions", questions))) {
      return false;
    }
    news.put("questions", viewed.redactor().redact(questions));
    return true;
  }

  private boolean calls(List<CallRecord> calls, ArrayNode news) {
    List<CallRecord> shown =
        calls.size() > LiveRun.MAX_LINES
            ? new ArrayList<>(calls.subList(calls.size() - LiveRun.MAX_LINES, calls.size()))
            : calls;
    for (CallRecord call : shown) {
      if (!call.equals(lines.put(call.identity().index(), call))) {
        news.addObject()
            .put("index", call.identity().index())
            .put("html", viewed.redactor().redact(LiveRun.line(call)));
      }
    }
    return !news.isEmpty();
  }

  @Override
  public boolean ended() {
    return ended;
  }
}
