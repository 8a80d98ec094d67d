package dev.agentworkflows.coordinator.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.AnswerQuestion;
import dev.agentworkflows.coordinator.app.CancelRun;
import dev.agentworkflows.coordinator.app.ShowCall;
import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.LiveRun;
import dev.agentworkflows.coordinator.report.ReportSources;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.StringNode;

/**
 * What pages ask for. {@code GET feed?runs&RUN}, {@code GET runs}, {@code GET runs/RUN} (these go
 * on telling), {@code GET calls/CALL}, {@code GET calls/CALL/diff}, {@code POST runs/RUN/cancel},
 * {@code POST runs/RUN/approve?N} and {@code POST runs/RUN/decline?N} for its N-th question.
 */
final class Api implements HttpHandler {

  private static final Pattern PATH =
      Pattern.compile("/api/(feed|runs|calls)(?:/(\\w+)(?:/(\\w+))?)?");

  private static final Pattern TOPICS = Pattern.compile("\\w{1,80}(?:&\\w{1,80}){0,31}");

  private static final Pattern QUESTION = Pattern.compile("\\d{1,9}");

  /** Each holds a thread for as long as its page is open. */
  private static final int MAX_FEEDS = 64;

  private final List<ViewedHome> homes;
  private final CountDownLatch closing;
  private final Semaphore feeds = new Semaphore(MAX_FEEDS);

  Api(List<ViewedHome> homes, CountDownLatch closing) {
    this.homes = List.copyOf(homes);
    this.closing = closing;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
    if (!path.matches()) {
      HttpResponses.refuse(exchange, 404, "There is no such page.");
      return;
    }
    String method = exchange.getRequestMethod();
    String wanted = method + " " + path.group(1) + details(path.group(2), path.group(3));
    String id = path.group(2) == null ? "" : path.group(2);
    ViewedHome viewed = holding(path.group(1), id);
    try {
      switch (wanted) {
        case "GET feed" -> shared(exchange);
        case "GET runs" -> feed(exchange, new RunListFeed(homes));
        case "GET runs/ID" -> run(exchange, viewed, id);
        case "POST runs/ID/cancel" -> cancel(exchange, viewed, id);
        case "POST runs/ID/approve" -> answer(exchange, viewed, id, true);
        case "POST runs/ID/decline" -> answer(exchange, viewed, id, false);
        case "GET calls/ID" -> call(exchange, viewed, id);
        case "GET calls/ID/diff" -> diff(exchange, viewed, id);
        default -> HttpResponses.refuse(exchange, 404, "There is no such page.");
      }
    } catch (RefusedException e) {
      HttpRefusals.send(exchange, viewed, e);
    } catch (StoreException e) {
      HttpResponses.refuse(exchange, 500, viewed.redactor().redact(String.valueOf(e.getMessage())));
    }
  }

  /** The home that has a run or a call; any where none has. */
  private ViewedHome holding(String kind, String id) {
    if (homes.size() > 1 && !id.isEmpty()) {
      for (ViewedHome home : homes) {
        try {
          boolean has =
              kind.equals("runs")
                  ? new ShowRun(home.open()).ifThere(id).isPresent()
                  : new ShowCall(home.open()).ifThere(id).isPresent();
          if (has) {
            return home;
          }
        } catch (StoreException e) {
          // One that went away while it is shown; the list says so.
        }
      }
    }
    return homes.get(0);
  }

  private static String details(@Nullable String id, @Nullable String verb) {
    return (id == null ? "" : "/ID") + (verb == null ? "" : "/" + verb);
  }

  private void feed(HttpExchange exchange, EventStream.Source source) throws IOException {
    if (!feeds.tryAcquire()) {
      HttpResponses.refuse(exchange, 503, "Too many pages are open; close some.");
      return;
    }
    try {
      new EventStream(exchange, closing).stream(source);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      feeds.release();
    }
  }

  private void shared(HttpExchange exchange) throws IOException {
    String query = exchange.getRequestURI().getQuery();
    if (query == null || !TOPICS.matcher(query).matches()) {
      HttpResponses.refuse(exchange, 400, "Topics were expected, such as runs or the id of a run.");
      return;
    }
    Map<String, EventStream.Source> sources = new LinkedHashMap<>();
    Map<String, String> unknown = new LinkedHashMap<>();
    for (String topic : query.split("&")) {
      ViewedHome viewed = holding("runs", topic);
      if (topic.equals(SharedFeed.RUNS)) {
        sources.put(topic, new RunListFeed(homes));
      } else if (new ShowRun(viewed.open()).ifThere(topic).isPresent()) {
        sources.put(topic, new RunFeed(viewed, topic));
      } else {
        String why = "There is no run " + topic + " in this home.";
        unknown.put(topic, Json.write(StringNode.valueOf(why)));
      }
    }
    feed(exchange, new SharedFeed(sources, unknown));
  }

  private void run(HttpExchange exchange, ViewedHome viewed, String id) throws IOException {
    if (new ShowRun(viewed.open()).ifThere(id).isEmpty()) {
      HttpResponses.refuse(exchange, 404, "There is no run " + id + " in this home.");
    } else {
      feed(exchange, new RunFeed(viewed, id));
    }
  }

  /** Does not wait: the page sees by itself when the run has ended. */
  private static void cancel(HttpExchange exchange, ViewedHome viewed, String id)
      throws IOException {
    accept(exchange, new CancelRun(viewed.open()).ask(id));
  }

  /** The page sees by itself that the question is gone. */
  private static void answer(HttpExchange exchange, ViewedHome viewed, String id, boolean yes)
      throws IOException {
    String number = String.valueOf(exchange.getRequestURI().getQuery());
    if (!QUESTION.matcher(number).matches()) {
      HttpResponses.refuse(exchange, 404, "There is no such question.");
      return;
    }
    new AnswerQuestion(viewed.open()).answer(id, Integer.valueOf(number), yes, "web view");
    accept(exchange, id);
  }

  private static void accept(HttpExchange exchange, String id) throws IOException {
    HttpResponses.send(
        exchange,
        202,
        "application/json",
        Json.write(Json.object().put("run_id", id)).getBytes(StandardCharsets.UTF_8));
  }

  private void call(HttpExchange exchange, ViewedHome viewed, String id) throws IOException {
    ShowCall calls = new ShowCall(viewed.open());
    Optional<CallRecord> call = calls.ifThere(id);
    if (call.isEmpty()) {
      HttpResponses.refuse(exchange, 404, "There is no call " + id + " in this home.");
      return;
    }
    String html =
        LiveRun.call(call.get(), reason(viewed, call.get()), calls.textsIfThere(call.get()));
    HttpResponses.html(exchange, viewed.redactor().redact(html));
  }

  private @Nullable CacheReason reason(ViewedHome viewed, CallRecord call) {
    return new ShowRun(viewed.open())
        .ifThere(call.identity().runId())
        .map(run -> viewed.sources(run).cacheReasons())
        .flatMap(reasons ->
            reasons.stream().filter(reason -> reason.callId().equals(call.id())).findFirst())
        .orElse(null);
  }

  private void diff(HttpExchange exchange, ViewedHome viewed, String id) throws IOException {
    Optional<CallRecord> call = new ShowCall(viewed.open()).ifThere(id);
    Optional<RunRecord> run =
        call.flatMap(found -> new ShowRun(viewed.open()).ifThere(found.identity().runId()));
    if (call.isEmpty() || run.isEmpty()) {
      HttpResponses.refuse(exchange, 404, "There is no call " + id + " in this home.");
      return;
    }
    ReportSources sources = viewed.sources(run.get());
    String html = LiveRun.diff(call.get(), sources.diff(call.get()));
    HttpResponses.html(exchange, viewed.redactor().redact(html));
  }
}
