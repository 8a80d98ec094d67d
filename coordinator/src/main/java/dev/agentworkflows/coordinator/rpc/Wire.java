package dev.agentworkflows.coordinator.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.agentworkflows.coordinator.app.RunFiles;
import dev.agentworkflows.coordinator.approval.ApprovalRequest;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.call.CallOutcome;
import dev.agentworkflows.coordinator.call.CallRequest;
import dev.agentworkflows.coordinator.call.Workplace;
import dev.agentworkflows.coordinator.option.RequestedOptions;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunCompletion;
import dev.agentworkflows.coordinator.run.ScriptMeta;
import dev.agentworkflows.proto.v1.AppendEvent;
import dev.agentworkflows.proto.v1.ApprovalAnswered;
import dev.agentworkflows.proto.v1.AskApproval;
import dev.agentworkflows.proto.v1.Budget;
import dev.agentworkflows.proto.v1.CallDone;
import dev.agentworkflows.proto.v1.CallFiles;
import dev.agentworkflows.proto.v1.CallRefused;
import dev.agentworkflows.proto.v1.CallResult;
import dev.agentworkflows.proto.v1.CloseRun;
import dev.agentworkflows.proto.v1.Meta;
import dev.agentworkflows.proto.v1.OpenRun;
import dev.agentworkflows.proto.v1.RunChoices;
import dev.agentworkflows.proto.v1.StartCall;
import dev.agentworkflows.proto.v1.ToShim;
import dev.agentworkflows.proto.v1.ValidationError;
import dev.agentworkflows.spi.Effort;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CallUsage;
import dev.agentworkflows.store.GeneralizedUtf8;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.KeptWorktree;
import dev.agentworkflows.store.RunStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns wire messages into domain records and back; decides nothing but what is malformed. */
final class Wire {

  private static final Set<RunStatus> SCRIPT_ENDINGS =
      Set.of(RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.BUDGET_EXCEEDED);

  private static final double MAX_TIMEOUT_SECONDS = Duration.ofDays(365).toSeconds();

  private Wire() {}

  static RequestedRun requested(RunChoices choices) {
    return new RequestedRun(
        choices.hasProvider() ? name("provider", choices.getProvider()) : null,
        choices.hasModel() ? name("model", choices.getModel()) : null,
        choices.hasBudgetTokens() ? Long.valueOf(choices.getBudgetTokens()) : null,
        choices.hasBudgetCostUsd() ? name("budget_cost_usd", choices.getBudgetCostUsd()) : null,
        choices.getAllowUnpriced(),
        choices.hasCachePolicy() ? name("cache_policy", choices.getCachePolicy()) : null,
        choices.hasWorkspace() ? name("workspace", choices.getWorkspace()) : null,
        choices.hasTimeoutSeconds() ? Double.valueOf(choices.getTimeoutSeconds()) : null,
        choices.hasWaitForLimitsSeconds() ? waitForLimits(choices) : null,
        choices.getApproved(),
        choices.hasResumeRunId() ? name("resume_run_id", choices.getResumeRunId()) : null);
  }

  private static Long waitForLimits(RunChoices choices) {
    long seconds = choices.getWaitForLimitsSeconds();
    return seconds < 0 ? (long) MAX_TIMEOUT_SECONDS : Math.min(seconds, (long) MAX_TIMEOUT_SECONDS);
  }

  /**
   * @throws IllegalArgumentException when it is more than a run may have, or its arguments are no
   *     JSON object
   */
  static LoadedScript script(OpenRun open) {
    Meta meta = open.getMeta();
    return new LoadedScript(
        FieldLimits.check("script_path", open.getScriptPath(), FieldLimits.PATH),
        name("script_sha256", open.getScriptSha256()),
        new ScriptMeta(
            meta.getName().isEmpty() ? null : name("name", meta.getName()),
            meta.hasDescription() ? text("description", meta.getDescription()) : null,
            FieldLimits.check("phases", meta.getPhasesList(), FieldLimits.NAME),
            meta.getMutatesFiles(),
            meta.getApprovalRequired()),
        name("client", open.getClient()),
        open.hasArgsJson()
            ? FieldLimits.checkObject("args_json", open.getArgsJson(), FieldLimits.ARGUMENTS)
            : null);
  }

  private static String name(String field, String value) {
    return FieldLimits.check(field, value, FieldLimits.NAME);
  }

  private static String text(String field, String value) {
    return FieldLimits.check(field, value, FieldLimits.TEXT);
  }

  private static String document(String field, String value) {
    return FieldLimits.check(field, value, FieldLimits.DOCUMENT);
  }

  /**
   * @throws IllegalArgumentException when a script can't have such an event
   */
  static void check(AppendEvent event) {
    // What is too long is cut when keys are taken out of it: a message must not cost the run.
    if (event.hasDataJson() && event.getDataJson().length() <= FieldLimits.DOCUMENT) {
      FieldLimits.checkObject("data_json", event.getDataJson(), FieldLimits.DOCUMENT);
    }
  }

  /**
   * @throws IllegalArgumentException with a message for the script's author
   */
  static CallRequest request(StartCall call) {
    return new CallRequest(
        new CallRequest.Task(
            GeneralizedUtf8.decode(call.getPrompt().toByteArray()),
            call.hasSchemaJson() ? document("schema", call.getSchemaJson()) : null,
            call.hasMetadataJson() ? document("metadata", call.getMetadataJson()) : null,
            options(call),
            call.hasContinues()
                ? FieldLimits.check("continues", call.getContinues(), FieldLimits.CALL_ID)
                : null),
        new CallRequest.Position(
            call.hasLabel() ? name("label", call.getLabel()) : null,
            call.hasPhase() ? name("phase", call.getPhase()) : null,
            call.getPlace()),
        new CallRequest.Routing(
            providers(call),
            call.hasModel() ? name("model", call.getModel()) : null,
            call.hasAgentType() ? name("agent_type", call.getAgentType()) : null,
            call.hasTimeoutSeconds() ? timeout(call.getTimeoutSeconds()) : null),
        new CallRequest.CacheUse(
            call.hasCachePolicy() ? policy(name("cache_policy", call.getCachePolicy())) : null,
            call.hasCacheNamespace() ? name("cache_namespace", call.getCacheNamespace()) : null),
        new Workplace(
            isolation(call.getIsolation()),
            call.hasWorktree() ? name("worktree", call.getWorktree()) : null),
        new CallRequest.Rights(
            FieldLimits.check("read_scope", call.getReadScopeList(), FieldLimits.PATH),
            FieldLimits.check("write_scope", call.getWriteScopeList(), FieldLimits.PATH),
            call.hasPermissionsJson() ? document("permissions", call.getPermissionsJson()) : null));
  }

  private static RequestedOptions options(StartCall call) {
    boolean none =
        !call.hasSystem()
            && !call.hasEffort()
            && !call.hasTools()
            && !call.hasMcpServersJson()
            && call.getFilesCount() == 0;
    if (none) {
      return RequestedOptions.NONE;
    }
    return new RequestedOptions(
        call.hasSystem() ? text("system", call.getSystem()) : null,
        call.hasEffort() ? effort(name("effort", call.getEffort())) : null,
        call.hasTools()
            ? FieldLimits.check("tools", call.getTools().getNamesList(), FieldLimits.NAME)
            : null,
        call.hasMcpServersJson() ? document("mcp_servers", call.getMcpServersJson()) : null,
        FieldLimits.check("files", call.getFilesList(), FieldLimits.PATH));
  }

  private static Effort effort(String label) {
    return Effort.ofLabel(label)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "effort is '%s', where one of %s was expected"
                    .formatted(label, String.join(", ", Effort.labels()))));
  }

  private static List<String> providers(StartCall call) {
    List<String> behind = FieldLimits.check("fallback", call.getFallbackList(), FieldLimits.NAME);
    if (!call.hasProvider()) {
      if (!behind.isEmpty()) {
        throw new IllegalArgumentException("fallback: expected a provider before it, found none");
      }
      return List.of();
    }
    List<String> providers = new ArrayList<>(List.of(name("provider", call.getProvider())));
    providers.addAll(behind);
    return providers;
  }

  /**
   * @throws IllegalArgumentException with a message for the script's author
   */
  static ApprovalRequest approvalRequest(AskApproval ask) {
    return new ApprovalRequest(
        ask.getQuestion(),
        ask.hasLabel() ? name("label", ask.getLabel()) : null,
        ask.hasPhase() ? name("phase", ask.getPhase()) : null,
        ask.hasTimeoutSeconds() ? timeout(ask.getTimeoutSeconds()) : null,
        ask.hasDefaultAnswer() ? Boolean.valueOf(ask.getDefaultAnswer()) : null,
        ask.getPlace());
  }

  /** The answer that the script gets: yes, no, or that nobody gave one. */
  static ToShim answer(long callRef, ApprovalRecord answered) {
    ApprovalAnswered.Builder message = ApprovalAnswered.newBuilder().setCallRef(callRef);
    switch (answered.status()) {
      case YES -> message.setApproved(true);
      case NO -> message.setApproved(false);
      case WAITING, TIMED_OUT, WITHDRAWN -> {}
    }
    return ToShim.newBuilder().setApprovalAnswered(message).build();
  }

  private static Isolation isolation(String label) {
    return label.isEmpty()
        ? Isolation.NONE
        : Isolation.ofLabel(name("isolation", label))
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "isolation is '" + label + "', where 'none' or 'worktree' was expected"));
  }

  private static CachePolicy policy(String label) {
    return CachePolicy.ofLabel(label)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "cache_policy is '"
                    + label
                    + "', where one of "
                    + CachePolicy.labels()
                    + " was expected"));
  }

  private static Duration timeout(double seconds) {
    // Written so that NaN is refused as well.
    if (!(seconds > 0)) {
      throw new IllegalArgumentException(
          "timeout_seconds is " + seconds + ", where a number above 0 was expected");
    }
    double bounded = Math.min(seconds, MAX_TIMEOUT_SECONDS);
    return Duration.ofNanos((long) Math.max(1, bounded * 1e9));
  }

  /**
   * @throws IllegalArgumentException when the status is not one that a script can end with, or the
   *     output is no JSON
   */
  static RunCompletion closing(CloseRun close) {
    RunStatus status =
        SCRIPT_ENDINGS.stream()
            .filter(ending -> ending.label().equals(close.getStatus()))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "a run can't be closed as '%s'".formatted(name("status", close.getStatus()))));
    return new RunCompletion(
        status,
        close.hasOutputJson() ? FieldLimits.checkJson("output_json", close.getOutputJson()) : null,
        close.hasErrorKind() ? close.getErrorKind() : null,
        close.hasErrorMessage() ? close.getErrorMessage() : null,
        close.hasTraceback() ? close.getTraceback() : null);
  }

  static Budget budget(BudgetLedger ledger) {
    Spending spent = ledger.spent();
    Budget.Builder budget =
        Budget.newBuilder()
            .setSpentTokens(spent.tokens())
            .setSpentCostUsd(spent.costUsd().doubleValue());
    setIfThere(ledger.limits().totalTokens(), budget::setTotalTokens);
    var cost = ledger.limits().totalCostUsd();
    setIfThere(cost == null ? null : cost.doubleValue(), budget::setTotalCostUsd);
    return budget.build();
  }

  static ToShim answer(long callRef, CallOutcome outcome, BudgetLedger ledger) {
    Budget budget = budget(ledger);
    if (outcome instanceof CallOutcome.Answered answered) {
      return ToShim.newBuilder()
          .setCallDone(
              CallDone.newBuilder()
                  .setCallRef(callRef)
                  .setResult(result(answered.result()))
                  .setBudget(budget))
          .build();
    }
    CallRefused.Builder refused = CallRefused.newBuilder().setCallRef(callRef).setBudget(budget);
    if (outcome instanceof CallOutcome.OverBudget over) {
      refused.setReason(CallRefused.Reason.BUDGET_EXCEEDED).setMessage(over.message());
    } else if (outcome instanceof CallOutcome.Misused misused) {
      refused.setReason(CallRefused.Reason.INVALID).setMessage(misused.message());
    }
    return ToShim.newBuilder().setCallRefused(refused).build();
  }

  private static CallResult result(dev.agentworkflows.coordinator.call.CallResult result) {
    AskedCall asked = result.asked();
    CallUsage usage = result.usage();
    KeptWorktree worktree = result.worktree();
    CallResult.Builder wire =
        CallResult.newBuilder()
            .setCallId(result.callId())
            .setStatus(result.status().label())
            .setProvider(asked.provider())
            .setCacheStatus(result.cacheStatus().label())
            .addAllValidationErrors(errors(result))
            .setValidationAttempts(result.validation().attempts())
            .setDurationMs(result.durationMs())
            .setIsolation(asked.isolation().label())
            .addAllChangedFiles(worktree.changedFiles().stream().map(Wire::bytes).toList());
    setIfThere(result.text(), text -> wire.setText(bytes(text)));
    setIfThere(result.valueJson(), wire::setValueJson);
    setIfThere(result.error(), wire::setError);
    setIfThere(result.identity().label(), wire::setLabel);
    setIfThere(result.identity().phase(), wire::setPhase);
    setIfThere(asked.model(), wire::setModel);
    setIfThere(asked.agentType(), wire::setAgentType);
    setIfThere(result.cacheKey(), wire::setCacheKey);
    setIfThere(asked.schemaHash(), wire::setSchemaHash);
    if (result.validation().status() != null) {
      wire.setValidationStatus(result.validation().status().label());
    }
    setIfThere(usage.inputTokens(), wire::setInputTokens);
    setIfThere(usage.outputTokens(), wire::setOutputTokens);
    setIfThere(usage.cacheReadTokens(), wire::setCacheReadTokens);
    setIfThere(usage.cacheWriteTokens(), wire::setCacheWriteTokens);
    var cost = usage.estimatedCostUsd();
    setIfThere(cost == null ? null : cost.doubleValue(), wire::setEstimatedCostUsd);
    setIfThere(worktree.path(), wire::setWorktreePath);
    setIfThere(worktree.branch(), wire::setWorktreeBranch);
    return wire.build();
  }

  private static List<ValidationError> errors(
      dev.agentworkflows.coordinator.call.CallResult result) {
    return result.validation().errors().stream()
        .map(error ->
            ValidationError.newBuilder().setPath(error.path()).setMessage(error.message()).build())
        .collect(Collectors.toList());
  }

  static CallFiles files(RunFiles.CallFiles files) {
    CallFiles.Builder wire = CallFiles.newBuilder().setPromptPath(files.prompt().toString());
    setIfThere(
        files.text(),
        (Path path) -> wire.setOutputTextPath(path.toString()).setRawOutputPath(path.toString()));
    setIfThere(files.json(), path -> wire.setOutputJsonPath(path.toString()));
    setIfThere(files.transcript(), path -> wire.setTranscriptPath(path.toString()));
    return wire.build();
  }

  private static ByteString bytes(String text) {
    return UnsafeByteOperations.unsafeWrap(GeneralizedUtf8.encode(text));
  }

  private static <T> void setIfThere(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
