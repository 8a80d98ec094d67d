package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.approval.Approvals;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.call.CallPipeline;
import dev.agentworkflows.coordinator.call.CallScope;
import dev.agentworkflows.coordinator.call.Occurrences;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.RunEnding;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Opens and closes runs, and knows those that are open here. Thread-safe. */
public final class Runs {

  private final RunStore store;
  private final RunRecords records;
  private final CallPipeline pipeline;
  private final Approvals approvals;
  private final Redactor redactor;
  private final Clock clock;
  private final RunFiles files;
  private final Map<String, ActiveRun> active = new ConcurrentHashMap<>();
  private final Map<String, Launch> launches = new ConcurrentHashMap<>();

  public Runs(
      RunStore store,
      RunRecords records,
      CallPipeline pipeline,
      Approvals approvals,
      Redactor redactor,
      Clock clock) {
    this.store = store;
    this.records = records;
    this.pipeline = pipeline;
    this.approvals = approvals;
    this.redactor = redactor;
    this.clock = clock;
    this.files = new RunFiles(store);
  }

  /** The run with this id, while it is open. */
  public Optional<ActiveRun> active(String runId) {
    return Optional.ofNullable(active.get(runId));
  }

  /** The runs that are open here, with what started them; children are not among them. */
  Map<String, Launch> launches() {
    return Map.copyOf(launches);
  }

  /** How many runs are open here, children not counted. */
  public int openCount() {
    return launches.size();
  }

  /** Opens a run; completes when it is durable and its directory is there. */
  public CompletableFuture<ActiveRun> open(LoadedScript script, Launch launch) {
    RunOptions launchOptions = launch.options();
    RunOptions options =
        script.argsJson() == null ? launchOptions : launchOptions.withArgs(script.argsJson());
    RunRecord record = records.starting(script, options, null);
    BudgetLedger ledger = new BudgetLedger(options.budget());
    launch
        .tally()
        .opened(record, script.meta().phases().stream().map(redactor::redact).toList(), ledger);
    launches.put(record.id(), launch);
    return open(
        record,
        options,
        new RunTree(
            record.id(),
            ledger,
            new Occurrences(),
            approvals.of(record.id(), options.resumedFromRunId()),
            launch));
  }

  /** Opens a child of an open run, which must not itself be one. */
  public CompletableFuture<ActiveRun> openChild(LoadedScript script, ActiveRun parent) {
    if (parent.isChild()) {
      throw new RefusedException(
          "workflow() goes one child level deep, and " + parent.id() + " is a child already.");
    }
    RunOptions options =
        parent.options().forChild(script.argsJson() == null ? "{}" : script.argsJson());
    return open(records.starting(script, options, parent.id()), options, parent.tree());
  }

  private CompletableFuture<ActiveRun> open(RunRecord record, RunOptions options, RunTree tree) {
    RunEvents events = new RunEvents(record.id(), tree.tally(), store, redactor, clock);
    CallScope scope =
        new CallScope(
            record.id(),
            options.provider(),
            options.model(),
            options.cachePolicy(),
            options.timeout(),
            options.workspace(),
            Path.of(record.outputDir()),
            events,
            tree.ledger(),
            tree.occurrences());
    ActiveRun run = new ActiveRun(record, options, tree, scope, pipeline, events);
    active.put(run.id(), run);
    try {
      files.writeManifest(record);
    } catch (RuntimeException e) {
      forget(run);
      throw e;
    }
    return store
        .addRun(record)
        .whenComplete((durable, failure) -> {
          if (failure != null) {
            forget(run);
          }
        })
        .thenApply(durable -> run);
  }

  private void forget(ActiveRun run) {
    active.remove(run.id());
    launches.remove(run.id());
  }

  /**
   * Ends a run: its calls in flight are cancelled and recorded, then the run, then its files.
   *
   * @return completes when all of it is durable; exceptionally when it could not be stored
   */
  public CompletableFuture<RunRecord> close(ActiveRun run, RunClosing closing) {
    return run.cancelCalls("the run has ended")
        .thenCompose(ended -> {
          Spending spent = run.spent();
          return store.endRun(
              new RunEnding(
                  run.id(),
                  closing.status(),
                  redactor.redactNullable(closing.outputJson()),
                  redactor.redactNullable(closing.errorKind()),
                  redactor.redactNullable(closing.errorMessage()),
                  redactor.redactNullable(closing.traceback()),
                  spent.tokens(),
                  spent.costUsd(),
                  clock.instant()));
        })
        .whenComplete((stored, failure) -> forget(run))
        // Off the store's own thread, which has other runs' commits to make.
        .thenApplyAsync(stored -> files.writeEnding(run.id()));
  }
}
