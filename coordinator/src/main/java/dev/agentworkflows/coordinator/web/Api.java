package dev.agentworkflows.coordinator.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.approval.ApprovalText;
import dev.agentworkflows.coordinator.approval.Approvals;
import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.LiveRun;
import dev.agentworkflows.coordinator.report.ReportSources;
import dev.agentworkflows.coordinator.run.CancelRequests;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What pages ask for. {@code GET runs}, {@code GET runs/RUN} (both go on telling), {@code GET
 * calls/CALL}, {@code GET calls/CALL/diff}, {@code POST runs/RUN/cancel}, {@code POST
 * runs/RUN/approve?N} and {@code POST runs/RUN/decline?N} for its N-th question.
 */
final class Api implements HttpHandler {

  private static final Pattern PATH = Pattern.compile("/api/(runs|calls)(?:/(\\w+)(?:/(\\w+))?)?");

  /** Each holds a thread for as long as its page is open. */
  private static final int MOST_FEEDS = 64;

  private final ViewedHome viewed;
  private final CountDownLatch closing;
  private final Semaphore feeds = new Semaphore(MOST_FEEDS);

  Api(ViewedHome viewed, CountDownLatch closing) {
    this.viewed = viewed;
    this.closing = closing;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
    if (!path.matches()) {
      Answers.refuse(exchange, 404, "There is no such page.");
      return;
    }
    String method = exchange.getRequestMethod();
    String wanted = method + " " + path.group(1) + details(path.group(2), path.group(3));
    String id = path.group(2) == null ? "" : path.group(2);
    try {
      switch (wanted) {
        case "GET runs" -> feed(exchange, new RunListFeed(viewed));
        case "GET runs/ID" -> run(exchange, id);
        case "POST runs/ID/cancel" -> cancel(exchange, id);
        case "POST runs/ID/approve" -> answer(exchange, id, true);
        case "POST runs/ID/decline" -> answer(exchange, id, false);
        case "GET calls/ID" -> call(exchange, id);
        case "GET calls/ID/diff" -> diff(exchange, id);
        default -> Answers.refuse(exchange, 404, "There is no such page.");
      }
    } catch (RefusedException | StoreException e) {
      Answers.refuse(exchange, 500, viewed.redactor().redact(String.valueOf(e.getMessage())));
    }
  }

  private static String details(@Nullable String id, @Nullable String verb) {
    return (id == null ? "" : "/ID") + (verb == null ? "" : "/" + verb);
  }

  private void feed(HttpExchange exchange, Feed.Source source) throws IOException {
    if (!feeds.tryAcquire()) {
      Answers.refuse(exchange, 503, "Too many pages are open; close some.");
      return;
    }
    try {
      new Feed(exchange, closing).tell(source);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      feeds.release();
    }
  }

  private void run(HttpExchange exchange, String id) throws IOException {
    if (viewed.store().run(id).isEmpty()) {
      Answers.refuse(exchange, 404, "There is no run " + id + " in this home.");
    } else {
      feed(exchange, new RunFeed(viewed, id));
    }
  }

  /** As {@code owf cancel} does; the page sees by itself when the run has ended. */
  private void cancel(HttpExchange exchange, String id) throws IOException {
    Optional<RunRecord> run = viewed.store().run(id);
    if (run.isEmpty()) {
      Answers.refuse(exchange, 404, "There is no run " + id + " in this home.");
    } else if (!LiveRun.cancellable(run.get())) {
      Answers.refuse(exchange, 409, id + " is not running, or is another run's child.");
    } else {
      CancelRequests.ask(viewed.home(), id);
      accept(exchange, id);
    }
  }

  /** As {@code owf approve} does; the page sees by itself that the question is gone. */
  private void answer(HttpExchange exchange, String id, boolean yes) throws IOException {
    String number = exchange.getRequestURI().getQuery();
    Optional<ApprovalRecord> asked =
        viewed.store().approvals(id).stream()
            .filter(each -> String.valueOf(each.position()).equals(number))
            .findFirst();
    boolean goesOn =
        viewed.store().run(id).filter(run -> run.status() == RunStatus.RUNNING).isPresent();
    if (asked.isEmpty() || !goesOn) {
      Answers.refuse(exchange, 404, "No run " + id + " goes on that has asked such a question.");
      return;
    }
    Instant now = viewed.clock().instant();
    ApprovalRecord standing = Approvals.answer(viewed.store(), asked.get(), yes, "web view", now);
    if (standing.status() != (yes ? ApprovalStatus.YES : ApprovalStatus.NO)) {
      String told = "Another answer came first: " + ApprovalText.answer(standing);
      Answers.refuse(exchange, 409, viewed.redactor().redact(told));
    } else {
      accept(exchange, id);
    }
  }

  private static void accept(HttpExchange exchange, String id) throws IOException {
    Answers.send(
        exchange,
        202,
        "application/json",
        Json.write(Json.object().put("run_id", id)).getBytes(StandardCharsets.UTF_8));
  }

  private void call(HttpExchange exchange, String id) throws IOException {
    Optional<CallRecord> call = viewed.store().call(id);
    if (call.isEmpty()) {
      Answers.refuse(exchange, 404, "There is no call " + id + " in this home.");
      return;
    }
    String html = LiveRun.call(call.get(), reason(call.get()), viewed.store().texts(id));
    Answers.html(exchange, viewed.redactor().redact(html));
  }

  private @Nullable CacheReason reason(CallRecord call) {
    return viewed
        .store()
        .run(call.runId())
        .map(run -> viewed.sources(run).cacheReasons())
        .flatMap(reasons ->
            reasons.stream().filter(reason -> reason.callId().equals(call.id())).findFirst())
        .orElse(null);
  }

  private void diff(HttpExchange exchange, String id) throws IOException {
    Optional<CallRecord> call = viewed.store().call(id);
    Optional<RunRecord> run = call.flatMap(found -> viewed.store().run(found.runId()));
    if (call.isEmpty() || run.isEmpty()) {
      Answers.refuse(exchange, 404, "There is no call " + id + " in this home.");
      return;
    }
    ReportSources sources = viewed.sources(run.get());
    String html = LiveRun.diff(call.get(), sources.diff(call.get()));
    Answers.html(exchange, viewed.redactor().redact(html));
  }
}
