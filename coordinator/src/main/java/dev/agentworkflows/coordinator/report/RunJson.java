package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.call.TriedProvider;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.Times;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CacheUse;
import dev.agentworkflows.store.CallAttempts;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallUsage;
import dev.agentworkflows.store.CallValidation;
import dev.agentworkflows.store.CallWait;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.KeptWorktree;
import dev.agentworkflows.store.RunBudget;
import dev.agentworkflows.store.RunLineage;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunScript;
import dev.agentworkflows.store.RunSettings;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunTimes;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Runs, calls, events and artifacts as {@code --json} shows them. Absent values are null. */
public final class RunJson {

  private RunJson() {}

  public static ObjectNode of(RunRecord run) {
    RunScript script = run.script();
    RunSettings settings = run.settings();
    RunLineage lineage = run.lineage();
    RunBudget budget = run.budget();
    RunTimes times = run.times();
    ObjectNode json = Json.object();
    json.put("id", run.id());
    json.put("status", run.status().label());
    json.put("script_path", script.path());
    json.put("script_hash", script.hash());
    json.put("workflow_name", script.workflowName());
    json.put("workflow_description", script.workflowDescription());
    json.set("args", Json.read(settings.argsJson()));
    json.put("provider", settings.provider());
    json.put("model", settings.model());
    json.put("cache_policy", settings.cachePolicy());
    json.put("workspace", settings.workspace());
    json.put("parent_run_id", lineage.parentRunId());
    json.put("resumed_from_run_id", lineage.resumedFromRunId());
    json.put("attempt_number", lineage.attemptNumber());
    json.put("budget_total_tokens", budget.totalTokens());
    json.put("budget_spent_tokens", budget.spentTokens());
    json.put("budget_total_cost_usd", plain(budget.totalCostUsd()));
    json.put("budget_spent_cost_usd", plain(budget.spentCostUsd()));
    json.put("budget_job_spent_tokens", budget.jobSpentTokens());
    json.put("budget_job_spent_cost_usd", plain(budget.jobSpentCostUsd()));
    json.put("allow_unpriced", budget.job().allowUnpriced());
    json.put("output_dir", run.outputDir());
    json.put("created_at", time(times.createdAt()));
    json.put("started_at", time(times.startedAt()));
    json.put("completed_at", time(times.completedAt()));
    json.put("error_kind", run.error().kind());
    json.put("error_message", run.error().message());
    return json;
  }

  /** A script that can be run, by the record that its run would have. */
  public static ObjectNode valid(RunRecord run) {
    ObjectNode json = Json.object();
    json.put("valid", true);
    json.put("script_path", run.script().path());
    json.put("script_hash", run.script().hash());
    json.set("meta", Json.read(run.script().metaJson()));
    return json;
  }

  /** How a run stands that was asked to end. */
  public static ObjectNode cancelled(String runId, RunStatus status) {
    return Json.object().put("run_id", runId).put("status", status.label());
  }

  public static ObjectNode of(CallRecord call) {
    CallIdentity identity = call.identity();
    CacheUse cache = call.cache();
    AskedCall asked = call.asked();
    KeptWorktree worktree = call.worktree();
    CallValidation validation = call.validation();
    CallUsage usage = call.usage();
    CallAttempts attempts = call.attempts();
    ObjectNode json = Json.object();
    json.put("id", call.id());
    json.put("run_id", identity.runId());
    json.put("call_index", identity.index());
    json.put("label", identity.label());
    json.put("phase", identity.phase());
    json.put("status", call.status().label());
    json.put("cache_status", cache.status().label());
    json.put("call_key", cache.key());
    json.put("occurrence", cache.key() == null ? null : Integer.valueOf(cache.occurrence()));
    json.put("provider", asked.provider());
    json.put("model", asked.model());
    json.put("agent_type", asked.agentType());
    json.put("isolation", asked.isolation().label());
    json.put("mutating", asked.mutating());
    // A coordinator that was killed may have written down a worktree that it did not come to make.
    boolean there = worktree.path() != null && Files.isDirectory(Path.of(worktree.path()));
    json.put("worktree_path", there ? worktree.path() : null);
    json.put("worktree_branch", there ? worktree.branch() : null);
    worktree.changedFiles().forEach(json.putArray("changed_files")::add);
    json.put("schema_hash", asked.schemaHash());
    json.put("validation_status", validation.status() == null ? null : validation.status().label());
    String errors = validation.errorsJson();
    json.set("validation_errors", errors == null ? Json.array() : Json.read(errors));
    json.put("validation_attempts", validation.attempts());
    json.put("input_tokens", usage.inputTokens());
    json.put("output_tokens", usage.outputTokens());
    json.put("cache_read_tokens", usage.cacheReadTokens());
    json.put("cache_write_tokens", usage.cacheWriteTokens());
    json.put("estimated_cost_usd", plain(usage.estimatedCostUsd()));
    json.put("attempts", attempts.count());
    json.put("queue_ms", attempts.queueMs());
    json.put("duration_ms", attempts.durationMs());
    json.put("error", call.error());
    json.put("answered_by", call.answeredBy());
    json.put("continues", asked.continues());
    json.set("tried", list(tried(call), RunJson::of));
    CallWait wait = call.waiting();
    json.put("waiting_for", wait == null ? null : wait.reason());
    json.put("waiting_since", wait == null ? null : time(wait.since()));
    json.put("waiting_until", wait == null ? null : time(wait.until()));
    json.put("created_at", time(call.createdAt()));
    json.put("completed_at", time(call.completedAt()));
    return json;
  }

  private static List<TriedProvider> tried(CallRecord call) {
    return TriedProvider.of(call.progress().triedJson());
  }

  private static ObjectNode of(TriedProvider tried) {
    return Json.object()
        .put("provider", tried.provider())
        .put("model", tried.model())
        .put("kind", tried.kind())
        .put("error", tried.error());
  }

  public static ObjectNode of(EventRecord event) {
    ObjectNode json = Json.object();
    json.put("run_id", event.runId());
    json.put("position", event.position());
    json.put("type", event.type().label());
    json.put("message", event.message());
    json.put("phase", event.phase());
    json.set("data", Json.read(event.dataJson()));
    json.put("at", time(event.at()));
    return json;
  }

  public static ObjectNode of(ApprovalRecord approval) {
    ObjectNode json = Json.object();
    json.put("run_id", approval.runId());
    json.put("position", approval.position());
    json.put("question", approval.question());
    json.put("label", approval.label());
    json.put("phase", approval.phase());
    json.put("status", approval.status().label());
    json.put("answered_by", approval.answeredBy());
    json.put("asked_at", time(approval.askedAt()));
    json.put("answered_at", time(approval.answeredAt()));
    return json;
  }

  public static ObjectNode of(Artifact artifact) {
    ObjectNode json = Json.object();
    json.put("kind", artifact.kind());
    json.put("call_id", artifact.callId());
    json.put("path", artifact.path().toString());
    json.put("sha256", artifact.sha256());
    json.put("size_bytes", artifact.sizeBytes());
    return json;
  }

  public static ObjectNode of(CacheReason reason) {
    return Json.object()
        .put("call_index", reason.callIndex())
        .put("call_id", reason.callId())
        .put("label", reason.label())
        .put("phase", reason.phase())
        .put("cache_status", reason.cacheStatus().label())
        .put("reason", reason.reason());
  }

  /** A list of what the given function makes of each element. */
  public static <T> ArrayNode list(
      List<T> elements, java.util.function.Function<T, ? extends JsonNode> toJson) {
    ArrayNode list = Json.array();
    elements.forEach(element -> list.add(toJson.apply(element)));
    return list;
  }

  static @Nullable String time(@Nullable Instant at) {
    return at == null ? null : Times.text(at);
  }

  /** Without trailing zeros, and never in scientific notation. */
  private static @Nullable BigDecimal plain(@Nullable BigDecimal usd) {
    if (usd == null) {
      return null;
    }
    BigDecimal stripped = usd.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }
}
