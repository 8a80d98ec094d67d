package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.call.CallOutcome;
import dev.agentworkflows.coordinator.progress.CallBoard;
import dev.agentworkflows.coordinator.progress.CallBoard.Ending;
import dev.agentworkflows.coordinator.progress.RunView;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.RunRecord;
import java.time.Clock;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a run and its children stand at this moment, for people who watch. Thread-safe. */
public final class RunTally {

  private final BiConsumer<String, String> onEvent;
  private final Consumer<String> onWarning;
  private final CallBoard board = new CallBoard(Clock.systemUTC());
  private volatile @Nullable BudgetLedger ledger;

  /**
   * @param onEvent told the type and message of each of the run's events, as they come; must not
   *     block
   */
  public RunTally(BiConsumer<String, String> onEvent) {
    this(onEvent, warning -> {});
  }

  /**
   * Tells, besides, what the coordinator itself warns of: a script elsewhere knows its own events.
   *
   * @param onWarning must not block
   */
  public RunTally(BiConsumer<String, String> onEvent, Consumer<String> onWarning) {
    this.onEvent = onEvent;
    this.onWarning = onWarning;
  }

  /** One look at it. */
  public RunView look() {
    BudgetLedger money = ledger;
    return money == null
        ? board.look(Spending.NONE, BudgetLimits.NONE)
        : board.look(money.spent(), money.limits());
  }

  /** Whether the script is loaded and its run recorded: before, there is nothing to look at. */
  public boolean isOpen() {
    return ledger != null;
  }

  CallBoard board() {
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
      return answered.result().status() == CallStatus.DONE ? Ending.DONE : Ending.FAILED;
    }
    return outcome instanceof CallOutcome.OverBudget ? Ending.FAILED : Ending.NONE;
  }

  void warning(String message) {
    onWarning.accept(message);
  }

  void event(String type, String message) {
    if (type.equals("phase")) {
      board.phase(message);
    }
    onEvent.accept(type, message);
  }
}
