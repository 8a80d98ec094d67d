package dev.agentworkflows.coordinator.budget;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a run and its children spent, and what their calls in flight may still cost.
 *
 * <p>Each attempt of a call reserves what the dearest earlier one of its provider and model cost.
 * The first of a provider and model has no such figure, so the next ones wait for it. One that does
 * not fit waits while others are out, because those may turn out cheaper than reserved; when none
 * is out, it is refused. Thread-safe; futures complete on the thread that made room, outside of the
 * lock.
 */
public final class BudgetLedger {

  private final BudgetLimits limits;
  private final Map<String, Price> prices = new HashMap<>();
  private final Map<String, Long> holds = new HashMap<>();
  private final Deque<Waiter> waiting = new ArrayDeque<>();
  private Spending spent = Spending.NONE;
  private Spending reserved = Spending.NONE;
  private long held;
  private int out;

  public BudgetLedger(BudgetLimits limits) {
    this.limits = limits;
  }

  /** A call's share of the budget, from before it is sent until it is settled. */
  public record Reservation(String tariff, Spending amount, boolean first) {}

  /** What calls of one provider and model cost so far. */
  private static final class Price {
    private @Nullable Spending dearest;
    private boolean firstIsOut;
  }

  private record Waiter(String tariff, long promptTokens, CompletableFuture<Reservation> granted) {}

  public BudgetLimits limits() {
    return limits;
  }

  public synchronized Spending spent() {
    return spent;
  }

  /**
   * Sets aside what a call may cost.
   *
   * @param tariff whose calls cost alike: provider and model
   * @param promptTokens what the prompt alone will take, estimated
   * @return completes when the call may go out, or with {@link BudgetExceededException}. Who no
   *     longer wants it completes the future himself
   */
  public CompletableFuture<Reservation> reserve(String tariff, long promptTokens) {
    CompletableFuture<Reservation> granted = new CompletableFuture<>();
    if (!limits.exist()) {
      granted.complete(new Reservation(tariff, Spending.NONE, false));
      return granted;
    }
    List<Runnable> decided = new ArrayList<>();
    synchronized (this) {
      waiting.add(new Waiter(tariff, promptTokens, granted));
      decide(decided);
    }
    decided.forEach(Runnable::run);
    return granted;
  }

  /**
   * Puts what a call did cost in the place of its reservation.
   *
   * @param answered whether the cost tells something about calls to come; a failure's does not
   */
  public void settle(Reservation reservation, Spending actual, boolean answered) {
    List<Runnable> decided = new ArrayList<>();
    synchronized (this) {
      spent = spent.plus(actual);
      if (limits.exist()) {
        reserved = reserved.minus(reservation.amount());
        out--;
        Price price = prices.computeIfAbsent(reservation.tariff(), tariff -> new Price());
        if (reservation.first()) {
          price.firstIsOut = false;
        }
        if (answered) {
          price.dearest = price.dearest == null ? actual : price.dearest.max(actual);
        }
        decide(decided);
      }
    }
    decided.forEach(Runnable::run);
  }

  /**
   * Sets tokens aside for the script itself.
   *
   * @return the hold's id, for {@link #release}
   */
  public synchronized String hold(long tokens) throws BudgetExceededException {
    Spending wanted = committed().plus(new Spending(tokens, BigDecimal.ZERO));
    if (!limits.allow(wanted)) {
      throw new BudgetExceededException(
          "budget exceeded: " + tokens + " tokens can't be held, " + state());
    }
    String id = UUID.randomUUID().toString();
    holds.put(id, tokens);
    held += tokens;
    return id;
  }

  /** Gives a hold back; one that is unknown or given back already is no error. */
  public void release(String holdId) {
    List<Runnable> decided = new ArrayList<>();
    synchronized (this) {
      Long tokens = holds.remove(holdId);
      if (tokens != null) {
        held -= tokens;
        decide(decided);
      }
    }
    decided.forEach(Runnable::run);
  }

  private Spending committed() {
    return spent.plus(reserved).plus(new Spending(held, BigDecimal.ZERO));
  }

  /** Grants, refuses or leaves waiting; what is decided runs after the lock is given up. */
  private void decide(List<Runnable> decided) {
    for (Iterator<Waiter> waiters = waiting.iterator(); waiters.hasNext(); ) {
      Waiter waiter = waiters.next();
      if (waiter.granted().isDone()) {
        waiters.remove();
        continue;
      }
      Price price = prices.computeIfAbsent(waiter.tariff(), tariff -> new Price());
      if (price.dearest == null && price.firstIsOut) {
        continue;
      }
      Spending need = need(waiter, price);
      if (limits.allow(committed().plus(need)) && limits.leaveRoomAfter(committed())) {
        waiters.remove();
        grant(waiter, price, need, decided);
      } else if (out == 0) {
        waiters.remove();
        String message = "budget exceeded: " + state() + nextCall(waiter, price);
        decided.add(
            () -> waiter.granted().completeExceptionally(new BudgetExceededException(message)));
      }
    }
  }

  private static Spending need(Waiter waiter, Price price) {
    return price.dearest == null
        ? new Spending(waiter.promptTokens(), BigDecimal.ZERO)
        : price.dearest;
  }

  private void grant(Waiter waiter, Price price, Spending need, List<Runnable> decided) {
    boolean first = price.dearest == null;
    price.firstIsOut |= first;
    reserved = reserved.plus(need);
    out++;
    Reservation reservation = new Reservation(waiter.tariff(), need, first);
    decided.add(() -> {
      if (!waiter.granted().complete(reservation)) {
        settle(reservation, Spending.NONE, false);
      }
    });
  }

  private String state() {
    List<String> parts = new ArrayList<>();
    if (limits.totalTokens() != null) {
      parts.add(spent.tokens() + " of " + limits.totalTokens() + " tokens are spent");
    }
    if (limits.totalCostUsd() != null) {
      parts.add(
          spent.costUsd().toPlainString()
              + " of "
              + limits.totalCostUsd().toPlainString()
              + " USD are spent");
    }
    if (held > 0) {
      parts.add(held + " tokens are held by the script");
    }
    return String.join(", ", parts);
  }

  private static String nextCall(Waiter waiter, Price price) {
    return price.dearest == null
        ? ""
        : ", and a call to "
            + waiter.tariff()
            + " takes up to "
            + price.dearest.tokens()
            + " tokens, "
            + price.dearest.costUsd().toPlainString()
            + " USD";
  }
}
