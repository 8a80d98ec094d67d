package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The run, as far as its calls need to know it: its defaults, and what it shares with its parent
 * and children. Thread-safe.
 */
public final class RunContext {

  /** What a script names (models, providers) is in them: others would tell nothing new. */
  private static final int MAX_WARNINGS = 1_000;

  private final String runId;
  private final List<String> providers;
  private final @Nullable String model;
  private final CachePolicy cachePolicy;
  private final Duration timeout;
  private final Duration waitForLimits;
  private final Path workspace;
  private final Path runDirectory;
  private final CallEvents events;
  private final BudgetLedger ledger;
  private final Occurrences occurrences;
  private final RunWorktrees worktrees = new RunWorktrees();
  private Spending spent = Spending.NONE;
  private final AtomicInteger calls = new AtomicInteger();
  private final Set<String> warnings = ConcurrentHashMap.newKeySet();

  /**
   * @param provider a name, or several in order
   * @param waitForLimits how long a call waits for a usage limit to reset
   * @param ledger shared by the whole run tree
   * @param occurrences shared by the whole run tree
   */
  public RunContext(
      String runId,
      String provider,
      @Nullable String model,
      CachePolicy cachePolicy,
      Duration timeout,
      Duration waitForLimits,
      Path workspace,
      Path runDirectory,
      CallEvents events,
      BudgetLedger ledger,
      Occurrences occurrences) {
    this.runId = runId;
    this.providers = Providers.split(provider);
    this.model = model;
    this.cachePolicy = cachePolicy;
    this.timeout = timeout;
    this.waitForLimits = waitForLimits;
    this.workspace = workspace;
    this.runDirectory = runDirectory;
    this.events = events;
    this.ledger = ledger;
    this.occurrences = occurrences;
  }

  String runId() {
    return runId;
  }

  /** Whom calls ask that name nobody themselves, in order. */
  List<String> providers() {
    return providers;
  }

  @Nullable String model() {
    return model;
  }

  CachePolicy cachePolicy() {
    return cachePolicy;
  }

  Duration timeout() {
    return timeout;
  }

  /** How long a call waits for a usage limit to reset; zero for not at all. */
  Duration waitForLimits() {
    return waitForLimits;
  }

  Path workspace() {
    return workspace;
  }

  Path runDirectory() {
    return runDirectory;
  }

  CallEvents events() {
    return events;
  }

  /** True the first time that somebody asks about a warning which is told once in a run. */
  boolean mayWarn(String about) {
    return warnings.size() < MAX_WARNINGS && warnings.add(about);
  }

  /** Shared by the run tree. */
  public BudgetLedger ledger() {
    return ledger;
  }

  /** What the calls of this run alone spent. */
  public synchronized Spending spent() {
    return spent;
  }

  /** Puts what a call did cost in the place of its reservation. */
  void settle(BudgetLedger.Reservation reservation, Bill actual, boolean answered) {
    Spending spending = actual.spending();
    synchronized (this) {
      spent = spent.plus(spending);
    }
    ledger.settle(reservation, spending, answered ? actual.took() : null);
  }

  Occurrences occurrences() {
    return occurrences;
  }

  RunWorktrees worktrees() {
    return worktrees;
  }

  /** From 1, in the order in which the script made the calls. */
  int nextCallIndex() {
    return calls.incrementAndGet();
  }
}
