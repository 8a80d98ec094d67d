package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.call.CallOutcome;
import dev.agentworkflows.coordinator.run.CallCounters.Ending;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.RunRecord;
import java.time.Clock;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a run and its children stand at this moment, for people who watch. Thread-safe. */
public final class LiveRunStats {

  private final BiConsumer<EventType, String> onEvent;
  private final Consumer<String> onWarning;
  private final CallCounters board = new CallCounters(Clock.systemUTC());
  private volatile @Nullable BudgetLedger ledger;

  /**
   * @param onEvent told the type and message of each of the run's events, as they come; must not
   *     block
   */
  public LiveRunStats(BiConsumer<EventType, String> onEvent) {
    this(onEvent, warning -> {});
  }

  /**
   * Tells, besides, what the coordinator itself warns of: a remote script knows its own events.
   *
   * @param onWarning must not block
   */
  public LiveRunStats(BiConsumer<EventType, String> onEvent, Consumer<String> onWarning) {
    this.onEvent = onEvent;
    this.onWarning = onWarning;
  }

  /** One look at it. */
  public RunSnapshot snapshot() {
    BudgetLedger money = ledger;
    return money == null
        ? board.snapshot(Spending.NONE, BudgetLimits.NONE)
        : board.snapshot(money.spent(), money.limits());
  }

  /** Whether the script is loaded and its run recorded: before, there is nothing to look at. */
  public boolean isOpen() {
    return ledger != null;
  }

  CallCounters board() {
    return board;
  }

  void opened(RunRecord run, List<String> phases, BudgetLedger treeLedger) {
    board.opened(run, phases);
    ledger = treeLedger;
  }

  void callBegan(@Nullable String phase) {
    board.begun(phase);
  }

  void callEnded(@Nullable String phase, CallOutcome outcome) {
    board.ended(phase, ending(outcome));
  }

  private static Ending ending(CallOutcome outcome) {
    if (outcome instanceof CallOutcome.Answered answered) {
      if (answered.result().cacheStatus() == CacheStatus.HIT) {
        return Ending.CACHED;
      }
      return switch (answered.result().status()) {
        case DONE -> Ending.DONE;
        case CANCELLED -> Ending.CANCELLED;
        default -> Ending.FAILED;
      };
    }
    return outcome instanceof CallOutcome.OverBudget ? Ending.FAILED : Ending.NONE;
  }

  void warning(String message) {
    onWarning.accept(message);
  }

  void event(EventType type, String message) {
    if (type == EventType.PHASE) {
      board.phase(message);
    }
    onEvent.accept(type, message);
  }
}
