package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.call.CallOutcome;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallStatus;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** How a run and its children stand at this moment, for people who watch. Thread-safe. */
public final class RunTally {

  private final BiConsumer<String, String> onEvent;
  private int running;
  private int done;
  private int cached;
  private int failed;
  private @Nullable String phase;
  private @Nullable String saying;
  private @Nullable BudgetLedger ledger;

  /**
   * @param onEvent told the type and message of each of the script's events, as they come; must not
   *     block
   */
  public RunTally(BiConsumer<String, String> onEvent) {
    this.onEvent = onEvent;
  }

  /**
   * One look at it.
   *
   * @param phase the one that was set last; null before the first
   * @param saying what an agent that is out said last of its work; null when none did
   */
  public record Snapshot(
      int running,
      int done,
      int cached,
      int failed,
      @Nullable String phase,
      @Nullable String saying,
      Spending spent,
      BudgetLimits limits) {}

  public synchronized Snapshot snapshot() {
    BudgetLedger money = ledger;
    return new Snapshot(
        running,
        done,
        cached,
        failed,
        phase,
        running == 0 ? null : saying,
        money == null ? Spending.NONE : money.spent(),
        money == null ? BudgetLimits.NONE : money.limits());
  }

  synchronized void opened(BudgetLedger treeLedger) {
    ledger = treeLedger;
  }

  synchronized void callBegan() {
    running++;
  }

  synchronized void callEnded(CallOutcome outcome) {
    running--;
    if (outcome instanceof CallOutcome.Answered answered) {
      if (answered.result().cacheStatus() == CacheStatus.HIT) {
        cached++;
      } else if (answered.result().status() == CallStatus.DONE) {
        done++;
      } else {
        failed++;
      }
    } else if (outcome instanceof CallOutcome.OverBudget) {
      failed++;
    }
  }

  synchronized void callSays(String message) {
    saying = message;
  }

  void event(String type, String message) {
    if (type.equals("phase")) {
      synchronized (this) {
        phase = message;
      }
    }
    onEvent.accept(type, message);
  }
}
