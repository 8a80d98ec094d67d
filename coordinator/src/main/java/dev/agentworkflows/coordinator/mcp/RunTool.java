package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.Causes;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.NextStep;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.store.RunReader;
import dev.agentworkflows.store.RunStatus;
import io.modelcontextprotocol.server.McpAsyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Runs a script for a client, which may wait for its end, be told how it goes, and cancel it. */
final class RunTool {

  private final Workbench workbench;
  private final RunReader reader;
  private final Blocking blocking;
  private final ProgressNotes progress;

  RunTool(Workbench workbench, RunReader reader, Blocking blocking, ProgressNotes progress) {
    this.workbench = workbench;
    this.reader = reader;
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
        : McpService.unexpected(cause);
  }

  private StartedRun start(McpAsyncServerExchange exchange, CallToolRequest request) {
    Arguments arguments = new Arguments(request.arguments());
    boolean resumes = request.name().equals("owf_resume");
    return workbench.start(
        resumes
            ? requested(arguments, null, arguments.namedRun())
            : requested(arguments, arguments.scriptOrNull(), arguments.text("resume")),
        new ClientApproval(exchange));
  }

  private static ScriptRequest requested(
      Arguments arguments, @Nullable String script, @Nullable String resume) {
    if ((script == null) == (resume == null)) {
      throw new RefusedException(
          "pass either script, a path, or resume, the id of an earlier run (or latest).");
    }
    Object args = arguments.any("args");
    return new ScriptRequest(
        script,
        args == null ? null : Json.write(ToolResults.MAPPER.getJsonMapper().valueToTree(args)),
        arguments.text("workspace"),
        new RequestedRun(
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
            resume == null ? null : Arguments.id("resume", resume)));
  }

  private CompletableFuture<CallToolResult> answer(
      McpAsyncServerExchange exchange, CallToolRequest request, StartedRun run) {
    if (!new Arguments(request.arguments()).flag("wait", true)) {
      return run.runId().thenApply(RunTool::begun);
    }
    ProgressNotes.Subscription subscription = progress.subscribe(exchange, request, run);
    return run.ended()
        .whenComplete((ended, failure) -> subscription.close())
        .thenApply(document -> ToolResults.document(withNext(document), !isDone(document)));
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

  private static boolean isDone(ObjectNode document) {
    return document.get("status").stringValue().equals(RunStatus.DONE.label());
  }

  /** A failure says what to do about it, in a model's words. */
  private ObjectNode withNext(ObjectNode document) {
    String runId = document.get("run_id").stringValue();
    reader
        .run(runId)
        .flatMap(NextStep::of)
        .ifPresent(next ->
            document.put(
                "next",
                "owf_status shows which calls failed. When the cause is mended, resume the run: "
                    + new ToolPointers().resume(next)));
    return document;
  }
}
