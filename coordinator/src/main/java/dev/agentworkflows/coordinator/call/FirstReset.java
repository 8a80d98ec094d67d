package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.limit.UsageHolds;
import dev.agentworkflows.coordinator.limit.UsageWait;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Waits for several providers whose usage limits are reached, until the first of them takes the
 * call. Thread-safe.
 */
final class FirstReset {

  /** Who takes the call, and its leave to go out there. */
  record Open(Target target, UsageHolds.Pass pass) {}

  private final PromptedCall prompted;
  private final List<Target> targets;
  private final LimitNotices notices;
  private final CompletableFuture<Open> first = new CompletableFuture<>();
  private final Map<Target, UsageWait> waits = new HashMap<>();
  private int failed;

  private FirstReset(PromptedCall prompted, List<Target> targets, LimitNotices notices) {
    this.prompted = prompted;
    this.targets = targets;
    this.notices = notices;
  }

  /**
   * @param targets at least one
   * @return fails with a {@link dev.agentworkflows.coordinator.limit.LimitReachedException} when
   *     each of them resets later than the call can wait
   */
  static CompletableFuture<Open> of(
      PromptedCall prompted,
      Candidates candidates,
      List<Target> targets,
      UsageHolds holds,
      LimitNotices notices) {
    FirstReset reset = new FirstReset(prompted, targets, notices);
    List<CompletableFuture<UsageHolds.Pass>> entering = new ArrayList<>();
    for (Target target : targets) {
      CompletableFuture<UsageHolds.Pass> pass =
          holds.enter(
              target.login(),
              target.model(),
              candidates.patience(),
              wait -> reset.waits(target, wait));
      entering.add(pass);
      var unused = pass.whenComplete((open, failure) -> reset.entered(target, open, failure));
    }
    var unused =
        reset.first.whenComplete((open, failure) -> entering.forEach(pass -> pass.cancel(false)));
    return prompted.call().waitFor(reset.first);
  }

  private void entered(Target target, UsageHolds.@Nullable Pass pass, @Nullable Throwable failure) {
    if (pass != null) {
      if (!first.complete(new Open(target, pass))) {
        pass.unused();
      }
      return;
    }
    boolean last;
    synchronized (this) {
      waits.remove(target);
      last = ++failed == targets.size();
    }
    if (last) {
      first.completeExceptionally(
          failure == null ? new IllegalStateException("no pass") : CallFailure.cause(failure));
    } else {
      show();
    }
  }

  private void waits(Target target, UsageWait wait) {
    synchronized (this) {
      waits.put(target, wait);
    }
    show();
  }

  /** Shows the wait that ends first, once all of them are known. */
  private void show() {
    Optional<Map.Entry<Target, UsageWait>> earliest;
    synchronized (this) {
      if (first.isDone() || waits.size() + failed < targets.size()) {
        return;
      }
      earliest =
          waits.entrySet().stream().min(Comparator.comparing(entry -> entry.getValue().until()));
    }
    earliest.ifPresent(
        wait -> notices.show(prompted.call(), prompted.admitted(), wait.getKey(), wait.getValue()));
  }
}
