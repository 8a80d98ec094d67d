package dev.agentworkflows.coordinator.budget;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What a job spent, and what its calls in flight may still cost. A job is a run with its children,
 * and the earlier attempts that it resumes.
 *
 * <p>Each attempt of a call reserves what it may take: its own prompt and answer, by what such
 * calls took before. The first of a provider and model, and one with a far longer prompt than those
 * before, has no such figure, so the next ones like it wait for it. One that does not fit waits
 * while others are out, because those may turn out cheaper than reserved; when none is out, it is
 * refused, unless it fits by what such calls usually take. Thread-safe; futures complete on the
 * thread that made room, outside of the lock.
 */
public final class BudgetLedger {

  private static final int MAX_TARIFFS = 1_000;
  private static final int MAX_HOLDS = 10_000;

  /** Of money that is divided. */
  private static final int DECIMALS = 6;

  private final BudgetLimits limits;
  private final Spending earlier;
  private final Map<String, Tariff> tariffs = new LinkedHashMap<>();
  private final Map<String, Long> holds = new HashMap<>();

  /** What was set aside on top of reservations: two that are equal are still two. */
  private final Map<Reservation, BigDecimal> extensions = new IdentityHashMap<>();

  private Spending spent = Spending.NONE;
  private Spending reserved = Spending.NONE;
  private long held;
  private int out;

  public BudgetLedger(BudgetLimits limits) {
    this(limits, Spending.NONE);
  }

  /**
   * @param earlier what the attempts that are resumed spent: it counts against the limits
   */
  public BudgetLedger(BudgetLimits limits, Spending earlier) {
    this.limits = limits;
    this.earlier = earlier;
  }

  /**
   * A call's share of the budget, from before it is sent until it is settled.
   *
   * @param likely what it takes if it is like those before it; nothing without a budget
   */
  public record Reservation(CallNeed need, Spending amount, Spending likely, boolean unproven) {}

  public BudgetLimits limits() {
    return limits;
  }

  /** What the job spent, earlier attempts included. */
  public synchronized Spending spent() {
    return earlier.plus(spent);
  }

  /** What was spent since this attempt began. */
  public synchronized Spending spentNow() {
    return spent;
  }

  /** What earlier attempts of the job had spent. */
  public Spending spentEarlier() {
    return earlier;
  }

  /**
   * Sets aside what a call may cost.
   *
   * @return completes when the call may go out, or with {@link BudgetExceededException}. Who no
   *     longer wants it completes the future themselves
   */
  public CompletableFuture<Reservation> reserve(CallNeed need) {
    CompletableFuture<Reservation> granted = new CompletableFuture<>();
    if (!limits.exist()) {
      granted.complete(new Reservation(need, Spending.NONE, Spending.NONE, false));
      return granted;
    }
    List<Runnable> decided = new ArrayList<>();
    synchronized (this) {
      Tariff tariff = tariffOf(need.tariff());
      tariff.waiting.addLast(new Waiter(need, granted));
      decide(decided);
    }
    decided.forEach(Runnable::run);
    return granted;
  }

  /** What a call waits for whose reservation is not granted at once, for people. */
  public synchronized String whyWaiting(CallNeed need) {
    Tariff tariff = tariffOf(need.tariff());
    return !tariff.proves(need) && tariff.unprovenIsOut
        ? "the first call of its kind to " + need.tariff() + ", which shows what such calls cost"
        : "budget that calls in flight have reserved";
  }

  /**
   * Puts what a call did cost in the place of its reservation.
   *
   * @param took what calls to come may be estimated by; null when the attempt tells nothing of them
   */
  public void settle(Reservation reservation, Spending actual, @Nullable CallTook took) {
    List<Runnable> decided = new ArrayList<>();
    synchronized (this) {
      spent = spent.plus(actual);
      if (limits.exist()) {
        BigDecimal more = extensions.remove(reservation);
        reserved = reserved.minus(reservation.amount());
        reserved = reserved.minus(new Spending(0, more == null ? BigDecimal.ZERO : more));
        out--;
        CallNeed need = reservation.need();
        Tariff tariff = tariffOf(need.tariff());
        if (reservation.unproven()) {
          tariff.unprovenIsOut = false;
        }
        if (took != null) {
          tariff.learn(need, took);
        }
        decide(decided);
      }
    }
    decided.forEach(Runnable::run);
  }

  /**
   * Sets aside money on top of a reservation, for a call whose agent stops at its own limit. What
   * calls before it took is a poor limit for one that has more to do; so it gets a part of what is
   * free, the smaller the more calls are out, and all of it where it is alone and others like it
   * wait for it anyway.
   *
   * @return what it may spend, the reservation included; null without a budget of money
   */
  public synchronized @Nullable BigDecimal extend(Reservation reservation) {
    BigDecimal total = limits.totalCostUsd();
    if (total == null) {
      return null;
    }
    BigDecimal free = total.subtract(committed().costUsd()).max(BigDecimal.ZERO);
    int parts = reservation.unproven() && out == 1 ? 1 : out + 1;
    BigDecimal more = free.divide(BigDecimal.valueOf(parts), DECIMALS, RoundingMode.DOWN);
    extensions.merge(reservation, more, BigDecimal::add);
    reserved = reserved.plus(new Spending(0, more));
    return reservation.amount().costUsd().add(more);
  }

  /** Scripts name models as they like; beyond so many they count as one. */
  private Tariff tariffOf(String name) {
    return tariffs.computeIfAbsent(
        tariffs.size() < MAX_TARIFFS || tariffs.containsKey(name) ? name : "", one -> new Tariff());
  }

  /**
   * Sets tokens aside for the script itself.
   *
   * @return the hold's id, for {@link #release}
   */
  public synchronized String hold(long tokens) throws BudgetExceededException {
    if (holds.size() >= MAX_HOLDS) {
      throw new BudgetExceededException(
          "no more than %,d parts of a budget can be held at once".formatted(MAX_HOLDS));
    }
    Spending wanted = committed().plus(new Spending(tokens, BigDecimal.ZERO));
    if (!limits.allow(wanted)) {
      throw new BudgetExceededException(
          "budget exceeded: " + tokens + " tokens can't be held, " + state());
    }
    String id = UUID.randomUUID().toString();
    holds.put(id, tokens);
    held = Spending.sum(held, tokens);
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
    return spent().plus(reserved).plus(new Spending(held, BigDecimal.ZERO));
  }

  /** Grants, refuses or leaves waiting; what is decided runs after the lock is given up. */
  private void decide(List<Runnable> decided) {
    for (Tariff tariff : tariffs.values()) {
      Waiter next = tariff.next();
      while (next != null && decide(tariff, next, decided)) {
        tariff.waiting.removeFirst();
        next = tariff.next();
      }
    }
  }

  /** Whether it was decided: those behind it in its tariff wait as long as it does. */
  private boolean decide(Tariff tariff, Waiter next, List<Runnable> decided) {
    CallNeed need = next.need();
    boolean unproven = !tariff.proves(need);
    if (unproven && tariff.unprovenIsOut) {
      return false;
    }
    Spending most = tariff.most(need);
    Spending likely = tariff.likely(need);
    if (fits(most)) {
      grant(tariff, next, most, unproven, decided);
    } else if (out > 0) {
      return false;
    } else if (fits(likely)) {
      grant(tariff, next, likely, unproven, decided);
    } else {
      String message = "budget exceeded: " + state() + nextCall(need, likely);
      decided.add(() -> next.granted().completeExceptionally(new BudgetExceededException(message)));
    }
    return true;
  }

  private boolean fits(Spending need) {
    return limits.allow(committed().plus(need)) && limits.allowMoreAfter(committed());
  }

  private void grant(
      Tariff tariff, Waiter next, Spending amount, boolean unproven, List<Runnable> decided) {
    tariff.unprovenIsOut |= unproven;
    reserved = reserved.plus(amount);
    out++;
    Reservation reservation =
        new Reservation(next.need(), amount, tariff.likely(next.need()), unproven);
    decided.add(() -> {
      if (!next.granted().complete(reservation)) {
        settle(reservation, Spending.NONE, null);
      }
    });
  }

  private String state() {
    Spending now = spent();
    List<String> parts = new ArrayList<>();
    if (limits.totalTokens() != null) {
      parts.add(now.tokens() + " of " + limits.totalTokens() + " tokens are spent");
    }
    if (limits.totalCostUsd() != null) {
      parts.add(
          now.costUsd().toPlainString()
              + " of "
              + limits.totalCostUsd().toPlainString()
              + " USD are spent");
    }
    if (!earlier.equals(Spending.NONE)) {
      parts.add(
          earlier.tokens()
              + " tokens, "
              + earlier.costUsd().toPlainString()
              + " USD of it by earlier attempts");
    }
    if (held > 0) {
      parts.add(held + " tokens are held by the script");
    }
    return String.join(", ", parts);
  }

  private static String nextCall(CallNeed need, Spending likely) {
    return ", and this call to "
        + need.tariff()
        + " takes about "
        + likely.tokens()
        + " tokens, "
        + likely.costUsd().stripTrailingZeros().toPlainString()
        + " USD";
  }
}
