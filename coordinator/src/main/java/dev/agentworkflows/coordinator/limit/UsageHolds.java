package dev.agentworkflows.coordinator.limit;

import dev.agentworkflows.coordinator.limit.ProviderRateLimiter.Alarm;
import dev.agentworkflows.spi.UsageLimit;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds calls while the usage limit of their provider's login is reached, or that of their model
 * there, over all runs of a coordinator and over its restart. Providers are named by their logins
 * ({@code Provider.login()}): two that share one wait together. Thread-safe; a call that waits
 * holds no thread.
 */
public final class UsageHolds {

  private final Map<HeldCalls, UsageHold> holds = new ConcurrentHashMap<>();
  private final Clock clock;
  private final Alarm alarm;
  private final HeldCallsFile file;

  /**
   * @param file what is held; read now, and written with each change
   */
  public UsageHolds(Clock clock, Alarm alarm, Path file) {
    this.clock = clock;
    this.alarm = alarm;
    this.file = new HeldCallsFile(file);
    this.file.read().forEach((calls, until) -> of(calls).restore(until));
  }

  /** What a call would wait for that came now; empty when it would go out at once. */
  public Optional<UsageWait> waitNow(String provider, @Nullable String model) {
    UsageHold ofModel = holds.get(new HeldCalls(provider, model == null ? "" : model));
    Optional<UsageWait> wait = ofModel == null ? Optional.empty() : ofModel.waitNow();
    return wait.isPresent() ? wait : of(new HeldCalls(provider, null)).waitNow();
  }

  /**
   * Waits until a call may go out.
   *
   * @param shown is told when the call waits, and when the time changes; on any thread
   * @return completes on any thread; fails with a {@link LimitReachedException}. Who no longer
   *     wants it completes the future themselves
   */
  public CompletableFuture<Pass> enter(
      String provider, @Nullable String model, LimitPatience patience, Consumer<UsageWait> shown) {
    UsageHold login = of(new HeldCalls(provider, null));
    HeldCalls ofModel = new HeldCalls(provider, model == null ? "" : model);
    UsageHold modelHold = holds.get(ofModel);
    CompletableFuture<Pass> entered = new CompletableFuture<>();
    if (modelHold == null) {
      enterLogin(login.enter(patience, shown), ofModel, null, entered);
    } else {
      // The model's first: who waits for it must not be one of the login's first two.
      step(
          modelHold.enter(patience, shown),
          entered,
          first -> enterLogin(login.enter(patience, shown), ofModel, first, entered));
    }
    return entered;
  }

  private void enterLogin(
      CompletableFuture<UsageHold.Pass> login,
      HeldCalls ofModel,
      UsageHold.@Nullable Pass model,
      CompletableFuture<Pass> entered) {
    if (model != null) {
      var unused =
          entered.whenComplete((pass, failure) -> {
            if (failure != null) {
              model.unused();
            }
          });
    }
    step(
        login,
        entered,
        pass -> {
          if (!entered.complete(new Pass(ofModel, pass, model))) {
            pass.unused();
          }
        });
  }

  /** Who no longer wants to enter no longer waits. */
  private static void step(
      CompletableFuture<UsageHold.Pass> step,
      CompletableFuture<Pass> entered,
      Consumer<UsageHold.Pass> next) {
    if (!step.isDone()) {
      var unused = entered.whenComplete((pass, failure) -> step.cancel(false));
    }
    var unused =
        step.whenComplete((pass, failure) -> {
          if (failure == null) {
            next.accept(pass);
          } else {
            entered.completeExceptionally(failure);
          }
        });
  }

  private UsageHold of(HeldCalls calls) {
    return holds.computeIfAbsent(calls, held -> new UsageHold(clock, alarm, this::save));
  }

  private synchronized void save() {
    Map<HeldCalls, Instant> held = new TreeMap<>();
    holds.forEach((calls, hold) -> {
      Instant until = hold.heldUntil();
      if (until != null) {
        held.put(calls, until);
      }
    });
    file.write(held, holds.keySet(), clock.instant());
  }

  /** A call may go out. What became of it is said once; what is said later counts for nothing. */
  public final class Pass {
    private final HeldCalls ofModel;
    private final UsageHold.Pass login;
    private final UsageHold.@Nullable Pass model;

    private Pass(HeldCalls ofModel, UsageHold.Pass login, UsageHold.@Nullable Pass model) {
      this.ofModel = ofModel;
      this.login = login;
      this.model = model;
    }

    /** Whether no limit was reached since. */
    public boolean isValid() {
      boolean modelIsFree = model == null ? !holds.containsKey(ofModel) : model.isValid();
      return modelIsFree && login.isValid();
    }

    public void answered() {
      login.answered();
      if (model != null) {
        model.answered();
      }
    }

    /**
     * The login's limit is reached.
     *
     * @param limit null when nothing is known of it
     */
    public void refused(@Nullable UsageLimit limit) {
      if (limit == null || !limit.ofModel()) {
        login.refused(limit);
      } else if (model == null) {
        of(ofModel).firstRefusal(limit);
      } else {
        model.refused(limit);
      }
      unused();
    }

    /** Nothing is known of the login by this call. */
    public void unused() {
      login.unused();
      if (model != null) {
        model.unused();
      }
    }
  }
}
