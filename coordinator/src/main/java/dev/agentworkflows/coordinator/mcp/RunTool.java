package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.Causes;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ReadOutput;
import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.coordinator.app.script.PreparedRun;
import dev.agentworkflows.coordinator.app.script.ResumeRun;
import dev.agentworkflows.coordinator.app.script.RunArguments;
import dev.agentworkflows.coordinator.app.script.RunFrontend;
import dev.agentworkflows.coordinator.app.script.RunHost;
import dev.agentworkflows.coordinator.app.script.RunResult;
import dev.agentworkflows.coordinator.app.script.ScriptFile;
import dev.agentworkflows.coordinator.app.script.ScriptRuntime;
import dev.agentworkflows.coordinator.app.script.StartRun;
import dev.agentworkflows.coordinator.app.script.StartedRun;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.NextStep;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Runs a script for a client, which may wait for its end, be told how it goes, and cancel it. */
final class RunTool {

  /** As {@code owf_output} has it: a model takes no more. */
  private static final int MAX_OUTPUT = 100_000;

  private final OpenHome home;
  private final ScriptRuntime runtime;
  private final RunHost host;
  private final OutputStream scriptOutput;
  private final Blocking blocking;
  private final ProgressNotes progress;

  /**
   * @param host carries the runs
   * @param scriptOutput where scripts print
   */
  RunTool(
      OpenHome home,
      ScriptRuntime runtime,
      RunHost host,
      OutputStream scriptOutput,
      Blocking blocking,
      ProgressNotes progress) {
    this.home = home;
    this.runtime = runtime;
    this.host = host;
    this.scriptOutput = scriptOutput;
    this.blocking = blocking;
    this.progress = progress;
  }

  Mono<CallToolResult> answer(McpAsyncServerExchange exchange, CallToolRequest request) {
    return Mono.create(sink -> {
      CompletableFuture<StartedRun> starting = new CompletableFuture<>();
      sink.onCancel(() -> {
        var unused = starting.thenAccept(run -> run.cancel("cancelled by the client"));
      });
      blocking.run(() -> {
        try {
          StartedRun run = start(exchange, request);
          starting.complete(run);
          var unused =
              answer(exchange, request, run)
                  .whenComplete((result, failure) -> {
                    if (failure == null) {
                      sink.success(result);
                    } else {
                      sink.success(ToolResults.failure(message(failure)));
                    }
                  });
        } catch (RuntimeException | Error e) {
          sink.success(ToolResults.failure(message(e)));
        }
      });
    });
  }

  private static String message(Throwable failure) {
    Throwable cause = Causes.of(failure);
    return cause instanceof RefusedException refused
        ? RefusalText.of(refused)
        : FaultText.of(cause);
  }

  private StartedRun start(McpAsyncServerExchange exchange, CallToolRequest request) {
    Arguments arguments = new Arguments(request.arguments());
    PreparedRun prepared =
        request.name().equals("owf_resume")
            ? prepared(arguments, null, arguments.namedRun())
            : prepared(arguments, arguments.scriptOrNull(), arguments.text("resume"));
    return host.start(
        prepared,
        RunFrontend.apart(
            runtime.environment().parent(), scriptOutput, new ClientApproval(exchange)));
  }

  private PreparedRun prepared(
      Arguments arguments, @Nullable String script, @Nullable String resume) {
    if ((script == null) == (resume == null)) {
      throw new RefusedException(
          "pass either script, a path, or resume, the id of an earlier run (or latest).");
    }
    RunArguments ofMain = arguments.ofMain();
    String named = arguments.text("workspace");
    Path workspace = named == null ? null : Path.of(named);
    return script == null
        ? new ResumeRun(runtime, home)
            .prepare(
                new ResumeRun.Request(
                    Arguments.id("resume", String.valueOf(resume)),
                    ofMain,
                    workspace,
                    settings(arguments)))
        : new StartRun(runtime)
            .prepare(
                new StartRun.Request(
                    ScriptFile.of(Path.of(script)), ofMain, workspace, settings(arguments)));
  }

  private static RequestedRun settings(Arguments arguments) {
    return new RequestedRun(
        arguments.text("provider"),
        arguments.text("model"),
        arguments.number("budget_tokens"),
        arguments.decimal("budget_cost_usd"),
        arguments.flag("allow_unpriced", false),
        arguments.text("cache_policy"),
        null,
        arguments.seconds("timeout_seconds"),
        arguments.number("wait_for_limits_seconds"),
        false,
        null);
  }

  private CompletableFuture<CallToolResult> answer(
      McpAsyncServerExchange exchange, CallToolRequest request, StartedRun run) {
    if (!new Arguments(request.arguments()).flag("wait", true)) {
      return run.runId().thenApply(RunTool::begun);
    }
    ProgressNotes.Subscription subscription = progress.subscribe(exchange, request, run);
    return run.ended()
        .whenComplete((ended, failure) -> subscription.close())
        .thenApply(this::answer);
  }

  private static CallToolResult begun(String runId) {
    return ToolResults.document(
        Json.object()
            .put("run_id", runId)
            .put("status", RunStatus.RUNNING.label())
            .put(
                "next",
                "owf_status with wait_seconds tells how it goes, owf_output returns the output,"
                    + " owf_cancel ends it."));
  }

  private CallToolResult answer(RunResult result) {
    ObjectNode document = Json.object();
    boolean done = false;
    if (result instanceof RunResult.Ended ended) {
      done = ended.run().status() == RunStatus.DONE;
      put(ended.run(), document);
      next(ended.run(), document);
    } else if (result instanceof RunResult.Unstored unstored) {
      document
          .put("run_id", unstored.runId())
          .put("status", RunStatus.INTERRUPTED.label())
          .put("error", "the end of the run could not be stored: " + unstored.message());
      new ShowRun(home).ifThere(unstored.runId()).ifPresent(run -> next(run, document));
    }
    return ToolResults.document(document, !done);
  }

  private void put(RunRecord run, ObjectNode document) {
    String output = new ReadOutput(home).ifThere(run).orElse(null);
    boolean tooLarge = output != null && output.length() > MAX_OUTPUT;
    document.put("run_id", run.id());
    document.put("status", run.status().label());
    document.set("output", output == null || tooLarge ? null : Json.read(output));
    if (tooLarge) {
      document.put("too_large", true);
    }
    document.put("run_dir", run.outputDir());
    if (run.status() != RunStatus.DONE) {
      document.put("error", run.error().text());
      document.put("error_kind", run.error().kind());
    }
  }

  /** A failure says what to do about it, in a model's words. */
  private static void next(RunRecord run, ObjectNode document) {
    NextStep.of(run)
        .ifPresent(next ->
            document.put(
                "next",
                "owf_status shows which calls failed. When the cause is mended, resume the run: "
                    + new ToolPointers().resume(next)));
  }
}
