package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.limit.ConcurrencyLimiter;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.Work;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.RunStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Gives a call the directory that it works in: an isolated one a worktree of its own, or nothing.
 * It fails closed: a call that can't have its worktree goes nowhere.
 */
final class IsolationStep {

  /** How many worktrees stand at once for a provider that has no limit of its own. */
  private static final int MAX_WORKTREES = 64;

  private static final Duration MIN_LOOK = Duration.ofSeconds(10);

  private final Worktrees worktrees;
  private final RunStore store;
  private final ConcurrencyLimiter permits;
  private final CallThreads threads;

  IsolationStep(
      Worktrees worktrees, RunStore store, ConcurrencyLimiter permits, CallThreads threads) {
    this.worktrees = worktrees;
    this.store = store;
    this.permits = permits;
    this.threads = threads;
  }

  /**
   * Does a call's work in its place, and tidies the place up whatever became of the work.
   *
   * @param work never fails
   * @return completes exceptionally with a {@link CallFailure} when there is no place for the call
   */
  CompletableFuture<CallCompletion> in(
      InFlightCall call,
      AdmittedCall admitted,
      Function<CallDirectory, CompletableFuture<CallCompletion>> work) {
    return admitted.request().isolation() == Isolation.WORKTREE
        ? isolated(call, admitted, work)
        : workspace(admitted)
            .thenCompose(place -> beforeEdits(call, admitted, place))
            .thenCompose(work);
  }

  private CompletableFuture<CallDirectory> workspace(AdmittedCall call) {
    Path workspace = call.scope().workspace();
    Optional<String> refusal = worktrees.refusal(workspace);
    if (refusal.isPresent()) {
      return CompletableFuture.failedFuture(new CallFailure(CallStatus.FAILED, refusal.get()));
    }
    return Files.isDirectory(workspace)
        ? CompletableFuture.completedFuture(new CallDirectory(workspace, null))
        : CompletableFuture.failedFuture(
            new CallFailure(
                CallStatus.FAILED,
                "the workspace " + workspace + " is not there any more; pass --workspace DIR"));
  }

  /** What an agent edits here, a later call's git may find. */
  private CompletableFuture<CallDirectory> beforeEdits(
      InFlightCall call, AdmittedCall admitted, CallDirectory place) {
    Provider provider = admitted.provider();
    Path workspace = admitted.scope().workspace();
    if (provider == null
        || !provider.can(Capability.EDITS_FILES)
        || worktrees.isReadyForEdits(workspace)) {
      return CompletableFuture.completedFuture(place);
    }
    return InterruptibleWork.start(
        call,
        threadsOf(admitted),
        () -> {
          try {
            worktrees.beforeEdits(workspace, admitted.timeout());
          } catch (GitException e) {
            // The call itself needs no git; an isolated one after it will say what is wrong.
            System.getLogger(IsolationStep.class.getName())
                .log(System.Logger.Level.DEBUG, "repository not recorded", e);
          }
          return place;
        });
  }

  /** No more worktrees stand than calls may be out: each is a checkout of its own on the disk. */
  private CompletableFuture<CallCompletion> isolated(
      InFlightCall call,
      AdmittedCall admitted,
      Function<CallDirectory, CompletableFuture<CallCompletion>> work) {
    Provider provider = admitted.provider();
    int limit = provider == null ? 0 : provider.concurrency();
    return call.waitFor(
            permits.acquire(
                "worktrees for " + admitted.providerName(),
                limit == 0 ? MAX_WORKTREES : limit,
                admitted.scope().runId()))
        .thenCompose(permit ->
            enter(call, admitted)
                .thenCompose(place ->
                    work.apply(place).thenCompose(ending -> leave(call, admitted, place, ending)))
                .whenComplete((ending, failure) -> permit.release()));
  }

  private CompletableFuture<CallDirectory> enter(InFlightCall call, AdmittedCall admitted) {
    return InterruptibleWork.start(call, threadsOf(admitted), () -> plan(admitted))
        .thenCompose(plan ->
            // Durable before anything is made: whatever a crash leaves is found in the database.
            store.addWorktree(plan.worktree().planned()).thenApply(written -> plan))
        .thenCompose(
            plan -> InterruptibleWork.start(call, threadsOf(admitted), () -> make(admitted, plan)))
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(worktreeFailed(call, failure)));
  }

  private Worktrees.Plan plan(AdmittedCall call) throws GitException, InterruptedException {
    RunContext scope = call.scope();
    Worktrees.Plan plan =
        worktrees.plan(
            scope.workspace(), scope.runDirectory(), scope.runId(), call.id(), call.timeout());
    warnOfUncommitted(call, plan);
    Provider provider = call.provider();
    if (provider != null
        && !provider.can(Capability.EDITS_FILES)
        && scope.mayWarn("no edits by " + provider.name())) {
      scope
          .events()
          .warning(
              call.id(),
              "the provider " + provider.name() + " edits no files: its worktrees stay unchanged");
    }
    return plan;
  }

  /** Once for a run and a HEAD: in a huge checkout the look takes a while. */
  private void warnOfUncommitted(AdmittedCall call, Worktrees.Plan plan)
      throws InterruptedException {
    RunContext scope = call.scope();
    String base = plan.worktree().base();
    if (!scope.mayWarn("uncommitted changes beside " + base)) {
      return;
    }
    int files;
    try {
      files = worktrees.uncommitted(plan, timeToLook(call));
    } catch (GitException e) {
      // A look at the user's own checkout: the worktree does not depend on it.
      scope
          .events()
          .warning(call.id(), "could not look for uncommitted changes: " + e.getMessage());
      return;
    }
    if (files > 0) {
      scope
          .events()
          .warning(
              call.id(),
              "%s has uncommitted changes (%d %s): worktrees start at HEAD, %s, without them"
                  .formatted(
                      plan.checkoutTop(),
                      files,
                      files == 1 ? "file" : "files",
                      base.substring(0, 12)));
    }
  }

  private CallDirectory make(AdmittedCall call, Worktrees.Plan plan)
      throws GitException, InterruptedException {
    Worktree worktree = plan.worktree();
    try {
      worktrees.make(plan, call.timeout());
      return new CallDirectory(plan.directory(), worktree);
    } catch (GitException | InterruptedException e) {
      if (e.getSuppressed().length == 0) {
        forget(worktree);
      } else {
        tellLeftBehind(call, worktree, String.valueOf(e.getSuppressed()[0].getMessage()));
      }
      throw e;
    }
  }

  private static CallFailure worktreeFailed(InFlightCall call, Throwable failure) {
    CallFailure stopped = call.stopped();
    if (stopped != null) {
      return stopped;
    }
    Throwable cause = CallFailure.cause(failure);
    return new CallFailure(
        CallStatus.WORKTREE_FAILED, "worktree isolation failed: " + reason(cause) + ".");
  }

  private static String reason(Throwable cause) {
    String message =
        cause instanceof GitException ? String.valueOf(cause.getMessage()) : "unexpected: " + cause;
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }

  /** Nothing stops this: a cancelled call's work is looked for as any other's. */
  private CompletableFuture<CallCompletion> leave(
      InFlightCall call, AdmittedCall admitted, CallDirectory place, CallCompletion ending) {
    Worktree worktree = place.worktree();
    if (worktree == null) {
      return CompletableFuture.completedFuture(ending);
    }
    return CompletableFuture.supplyAsync(
        () -> ending.leaving(giveBack(call, admitted, worktree)), threadsOf(admitted));
  }

  private CallDirectory.KeptWorktree giveBack(
      InFlightCall call, AdmittedCall admitted, Worktree worktree) {
    CallDirectory.KeptWorktree kept =
        new CallDirectory.KeptWorktree(worktree.path().toString(), worktree.branch(), List.of());
    if (call.providerAtWork()) {
      warn(
          admitted,
          "the provider did not stop in time, so the worktree "
              + worktree.path()
              + " is kept as it is");
      return kept;
    }
    try {
      Work work = worktrees.work(worktree, timeToLook(admitted));
      if (!work.none()) {
        tellBeyondPatch(admitted, work);
        return new CallDirectory.KeptWorktree(
            worktree.path().toString(), work.branch(), work.changedFiles());
      }
    } catch (GitException | RuntimeException e) {
      warn(
          admitted,
          "the worktree "
              + worktree.path()
              + " could not be looked through and is kept: "
              + e.getMessage());
      return kept;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return kept;
    }
    return remove(admitted, worktree);
  }

  /** As long as the call itself might take; a short one leaves enough for a large checkout. */
  private static Duration timeToLook(AdmittedCall call) {
    return call.timeout().compareTo(MIN_LOOK) < 0 ? MIN_LOOK : call.timeout();
  }

  private static void tellBeyondPatch(AdmittedCall call, Work work) {
    if (!work.beyondPatch().isEmpty()) {
      warn(
          call,
          "kept, and not all of it can be shown or applied: "
              + String.join(", ", work.beyondPatch()));
    }
  }

  private CallDirectory.KeptWorktree remove(AdmittedCall admitted, Worktree worktree) {
    try {
      worktrees.remove(worktree);
      forget(worktree);
    } catch (GitException | RuntimeException e) {
      tellLeftBehind(admitted, worktree, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return CallDirectory.KeptWorktree.NOTHING;
  }

  private void tellLeftBehind(AdmittedCall call, Worktree worktree, String why) {
    warn(
        call,
        "the empty worktree "
            + worktree.path()
            + " could not be removed: "
            + why
            + ". `owf gc` will try again");
  }

  private static void warn(AdmittedCall call, String message) {
    call.scope().events().warning(call.id(), message);
  }

  private void forget(Worktree worktree) {
    // Written before the call's end, which is waited for; gc does it again where this fails.
    var unused = store.removeWorktree(worktree.callId());
  }

  private Executor threadsOf(AdmittedCall call) {
    return threads.of(call.scope().ledger());
  }
}
