package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.approval.ApprovalRequest;
import dev.agentworkflows.coordinator.approval.ApprovalText;
import dev.agentworkflows.coordinator.approval.OpenQuestion;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.call.CallPipeline;
import dev.agentworkflows.coordinator.call.CallRequest;
import dev.agentworkflows.coordinator.call.InFlightCall;
import dev.agentworkflows.coordinator.call.RunContext;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.RunRecord;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A run that is open in this coordinator. Thread-safe, but its calls are begun one by one. */
public final class ActiveRun {

  private final RunRecord record;
  private final RunOptions options;
  private final RunTree tree;
  private final RunContext scope;
  private final CallPipeline pipeline;
  private final RunEvents events;
  private final Set<InFlightCall> calls = ConcurrentHashMap.newKeySet();
  private final Set<OpenQuestion> questions = ConcurrentHashMap.newKeySet();
  private final Set<ActiveRun> children = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<RunRecord> ended = new CompletableFuture<>();
  private boolean closing;

  ActiveRun(
      RunRecord record,
      RunOptions options,
      RunTree tree,
      RunContext scope,
      CallPipeline pipeline,
      RunEvents events) {
    this.record = record;
    this.options = options;
    this.tree = tree;
    this.scope = scope;
    this.pipeline = pipeline;
    this.events = events;
  }

  public String id() {
    return record.id();
  }

  /** The run that a person started: this one, or its parent. */
  public String rootId() {
    return tree.rootRunId();
  }

  /** As it was opened. */
  public RunRecord record() {
    return record;
  }

  public Path directory() {
    return Path.of(record.outputDir());
  }

  /** Shared with the run's parent and children. */
  public BudgetLedger ledger() {
    return tree.ledger();
  }

  /** The arguments of {@code main}, as the script is to see them. */
  public String argsJson() {
    return record.settings().argsJson();
  }

  RunOptions options() {
    return options;
  }

  RunTree tree() {
    return tree;
  }

  boolean isChild() {
    return record.lineage().parentRunId() != null;
  }

  /** What counts as this run's own: for the root what its children spent, too. */
  Spending spent() {
    return isChild() ? scope.spent() : tree.ledger().spentNow();
  }

  /** Sets one of the run's calls on its way; in the script's order, by one thread at a time. */
  public InFlightCall begin(CallRequest request) {
    String phase = events.shown(request.position().phase());
    InFlightCall call;
    synchronized (calls) {
      refuseWhenOver();
      tree.tally().callBegan(phase);
      call = pipeline.begin(scope, request);
      calls.add(call);
    }
    call.outcome()
        .thenAccept(outcome -> {
          calls.remove(call);
          tree.tally().callEnded(phase, outcome);
        });
    return call;
  }

  /** Asks a person. */
  public OpenQuestion ask(ApprovalRequest request) {
    OpenQuestion question;
    synchronized (calls) {
      refuseWhenOver();
      question = tree.approvals().ask(request, this::waiting);
      questions.add(question);
    }
    question
        .answer()
        .whenComplete((answered, failure) -> {
          questions.remove(question);
          if (failure == null) {
            addApprovalEvent(answered, ApprovalText.answer(answered));
          }
        });
    return question;
  }

  private void refuseWhenOver() {
    if (closing) {
      throw new RefusedException(new RunRefusal.Over(id()));
    }
  }

  /** Takes a child in, which ends with this run at the latest. */
  void adopt(ActiveRun child) {
    synchronized (calls) {
      refuseWhenOver();
      children.add(child);
    }
    var unused = child.ended.whenComplete((record, failure) -> children.remove(child));
  }

  Set<ActiveRun> children() {
    return Set.copyOf(children);
  }

  /** Nothing more is taken in from here on; false when that was so before. */
  boolean beginClosing() {
    synchronized (calls) {
      boolean first = !closing;
      closing = true;
      return first;
    }
  }

  /** Completes when the run's end is stored, or can't be. */
  public CompletableFuture<RunRecord> ended() {
    return ended;
  }

  private void waiting(OpenQuestion question) {
    addApprovalEvent(question.asked(), ApprovalText.asked(question.asked()));
    tree.launch().approval().waiting(question);
  }

  private void addApprovalEvent(ApprovalRecord approval, String message) {
    var unused =
        events.add(
            EventType.APPROVAL,
            message,
            approval.phase(),
            Json.write(
                Json.object()
                    .put("position", approval.position())
                    .put("label", approval.label())
                    .put("status", approval.status().label())));
  }

  /**
   * Ends the calls that are out, and takes questions back; completes when each call is recorded.
   */
  CompletableFuture<Void> cancelCalls(String why) {
    questions.forEach(OpenQuestion::withdraw);
    InFlightCall[] out = calls.toArray(InFlightCall[]::new);
    CompletableFuture<?>[] outcomes = new CompletableFuture<?>[out.length];
    for (int i = 0; i < out.length; i++) {
      outcomes[i] = out[i].outcome();
      out[i].cancel(why);
    }
    return CompletableFuture.allOf(outcomes);
  }

  /**
   * Adds an event after those that were added before.
   *
   * @param dataJson a JSON object; null for none
   * @return completes when it is stored, or can't be
   */
  public CompletableFuture<Void> addEvent(
      EventType type, String message, @Nullable String phase, @Nullable String dataJson) {
    synchronized (calls) {
      refuseWhenOver();
    }
    return events.add(type, message, phase, dataJson);
  }
}
