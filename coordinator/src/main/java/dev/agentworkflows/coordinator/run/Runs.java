package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.OwnThread;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.approval.Approvals;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.cache.Samples;
import dev.agentworkflows.coordinator.call.CallPipeline;
import dev.agentworkflows.coordinator.call.Occurrences;
import dev.agentworkflows.coordinator.call.RunContext;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.JobSpending;
import dev.agentworkflows.store.RunCompletionRow;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Opens and closes runs, and knows those that are open here. Thread-safe. */
public final class Runs {

  private final Store store;
  private final RunRecords records;
  private final CallPipeline pipeline;
  private final Approvals approvals;
  private final Redactor redactor;
  private final Clock clock;
  private final RunDocuments documents;
  private final KeptText texts;
  private final ResumedRuns earlier;
  private final Map<String, ActiveRun> active = new ConcurrentHashMap<>();
  private final Map<String, RunHandle> launches = new ConcurrentHashMap<>();

  public Runs(
      Store store,
      RunRecords records,
      CallPipeline pipeline,
      Approvals approvals,
      RunDocuments documents,
      Redactor redactor,
      Clock clock) {
    this.store = store;
    this.records = records;
    this.pipeline = pipeline;
    this.approvals = approvals;
    this.redactor = redactor;
    this.clock = clock;
    this.documents = documents;
    this.texts = new KeptText(redactor);
    this.earlier = new ResumedRuns(store);
  }

  /** The run with this id, while it is open. */
  public Optional<ActiveRun> active(String runId) {
    return Optional.ofNullable(active.get(runId));
  }

  /** The runs that are open here, with what started them; children are not among them. */
  Map<String, RunHandle> launches() {
    return Map.copyOf(launches);
  }

  /** How many runs are open here, children not counted. */
  public int openCount() {
    return launches.size();
  }

  /** Opens a run; completes when it is durable and its directory is there. */
  public CompletableFuture<ActiveRun> open(LoadedScript script, RunHandle launch) {
    RunOptions launchOptions = launch.options();
    RunOptions options =
        script.argsJson() == null ? launchOptions : launchOptions.withArgs(script.argsJson());
    Spending before = spentBefore(options);
    RunRecord record = records.starting(script, options, null, before);
    BudgetLedger ledger = new BudgetLedger(options.budget(), before);
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
            new Occurrences(new Samples(record.id(), () -> earlier.of(record))),
            approvals.of(record.id(), options.resumedFromRunId()),
            launch),
        run -> {});
  }

  /** A budget is for the job: what earlier attempts spent is spent. */
  private Spending spentBefore(RunOptions options) {
    String resumed = options.resumedFromRunId();
    if (resumed == null) {
      return Spending.NONE;
    }
    JobSpending before = store.reader().jobSpending(resumed);
    return new Spending(before.tokens(), before.costUsd());
  }

  /** Opens a child of an open run, which must not itself be one. */
  public CompletableFuture<ActiveRun> openChild(LoadedScript script, ActiveRun parent) {
    if (parent.isChild()) {
      throw new RefusedException(new RunRefusal.ChildOfChild(parent.id()));
    }
    RunOptions options =
        parent.options().forChild(script.argsJson() == null ? "{}" : script.argsJson());
    return open(
        records.starting(script, options, parent.id(), Spending.NONE),
        options,
        parent.tree(),
        parent::adopt);
  }

  /**
   * @param before takes note of the run before anything of it is stored, or refuses it
   */
  private CompletableFuture<ActiveRun> open(
      RunRecord record, RunOptions options, RunTree tree, Consumer<ActiveRun> before) {
    tree.occurrences().samples().scriptOpened(record.script().path(), record.script().hash());
    RunEvents events = new RunEvents(record.id(), tree.tally(), store.writer(), redactor, clock);
    RunContext scope =
        new RunContext(
            record.id(),
            options.provider(),
            options.model(),
            options.cachePolicy(),
            options.timeout(),
            options.waitForLimits(),
            options.workspace(),
            Path.of(record.outputDir()),
            events,
            tree.ledger(),
            tree.occurrences());
    ActiveRun run = new ActiveRun(record, options, tree, scope, pipeline, events);
    before.accept(run);
    active.put(run.id(), run);
    try {
      documents.writeManifest(record);
    } catch (RuntimeException e) {
      forget(run);
      throw e;
    }
    return store
        .writer()
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
   * Ends a run, once: its children that are still open, its calls in flight, which are cancelled
   * and recorded, then the run, then its files.
   *
   * @return completes when all of it is durable; exceptionally when it could not be stored
   */
  public CompletableFuture<RunRecord> close(ActiveRun run, RunCompletion closing) {
    if (!run.beginClosing()) {
      return run.ended();
    }
    CompletableFuture<?>[] children =
        run.children().stream()
            .map(child -> close(child, closing.ofAChild()).handle((ended, failure) -> ended))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture<Void> cancelled = run.cancelCalls("the run has ended");
    CompletableFuture<RunRecord> closed =
        CompletableFuture.allOf(children)
            .thenCompose(ended -> cancelled)
            .thenCompose(ended -> end(run, closing))
            .whenComplete((stored, failure) -> forget(run))
            // Off the store's own thread, which has other runs' commits to make.
            .thenApplyAsync(
                stored -> documents.writeEnding(run.id()), OwnThread.named("run-ending"));
    return closed.whenComplete((record, failure) -> {
      if (failure == null) {
        run.ended().complete(record);
      } else {
        run.ended().completeExceptionally(failure);
      }
    });
  }

  private CompletableFuture<Void> end(ActiveRun run, RunCompletion closing) {
    Spending spent = run.spent();
    return store
        .writer()
        .endRun(
            new RunCompletionRow(
                run.id(),
                closing.status(),
                redactor.redactNullable(closing.outputJson()),
                texts.nameOrNull(closing.errorKind()),
                texts.textOrNull(closing.errorMessage()),
                texts.textOrNull(closing.traceback()),
                spent.tokens(),
                spent.costUsd(),
                clock.instant()));
  }
}
