package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.limit.ConcurrencyLimiter;
import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.WorktreeTurn;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.Isolation;
import dev.agentworkflows.store.RunWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
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

  private final Worktrees worktrees;
  private final RunWriter writer;
  private final SharedLimits limits;
  private final CallThreads threads;
  private final WorktreeDeparture departure;

  IsolationStep(
      Worktrees worktrees,
      RunWriter writer,
      SharedLimits limits,
      CallThreads threads,
      WorktreeDeparture departure) {
    this.worktrees = worktrees;
    this.writer = writer;
    this.limits = limits;
    this.threads = threads;
    this.departure = departure;
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
        ? isolated(call, admitted, () -> plan(admitted), work)
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
                "the workspace " + workspace + " is not there any more; name another"));
  }

  /** What an agent edits here, a later call's git may find. */
  private CompletableFuture<CallDirectory> beforeEdits(
      InFlightCall call, AdmittedCall admitted, CallDirectory place) {
    Path workspace = admitted.scope().workspace();
    if (admitted.targets().stream().noneMatch(target -> target.can(Capability.EDITS_FILES))
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

  /**
   * Does a call's work in a fresh worktree of its own.
   *
   * @param plan what it is made of
   */
  CompletableFuture<CallCompletion> isolated(
      InFlightCall call,
      AdmittedCall admitted,
      Callable<Worktrees.Plan> plan,
      Function<CallDirectory, CompletableFuture<CallCompletion>> work) {
    return permit(call, admitted)
        .thenCompose(permit ->
            plan(call, admitted, plan)
                .thenCompose(planned -> inTurn(call, admitted, planned, work))
                .whenComplete((ending, failure) -> permit.release()));
  }

  /** No more worktrees stand than calls may be out: each is a checkout of its own on the disk. */
  CompletableFuture<ConcurrencyLimiter.Permit> permit(InFlightCall call, AdmittedCall admitted) {
    Provider provider = admitted.first().provider();
    int limit = provider == null ? 0 : provider.concurrency();
    return call.waitFor(
        limits.permit(
            "worktrees for " + admitted.first().name(),
            limit == 0 ? MAX_WORKTREES : limit,
            admitted.scope().runId()));
  }

  private CompletableFuture<Worktrees.Plan> plan(
      InFlightCall call, AdmittedCall admitted, Callable<Worktrees.Plan> plan) {
    return InterruptibleWork.start(call, threadsOf(admitted), plan)
        .thenCompose(planned ->
            // Durable before anything is made: whatever a crash leaves is found in the database.
            writer.addWorktree(planned.worktree().planned()).thenApply(written -> planned))
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(worktreeFailed(call, failure)));
  }

  /** Nobody else works in it yet; the turn keeps those out who remove worktrees. */
  private CompletableFuture<CallCompletion> inTurn(
      InFlightCall call,
      AdmittedCall admitted,
      Worktrees.Plan plan,
      Function<CallDirectory, CompletableFuture<CallCompletion>> work) {
    RunWorktrees.Made made = new RunWorktrees.Made(plan);
    WorktreeTurn turn = WorktreeTurn.request(plan.worktree(), admitted.id(), true);
    return call.waitFor(turn.granted())
        .thenCompose(granted ->
            InterruptibleWork.start(
                call,
                threadsOf(admitted),
                () -> {
                  granted.keepOthersOut();
                  return make(admitted, plan);
                }))
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(worktreeFailed(call, failure)))
        .thenCompose(place -> {
          admitted.scope().worktrees().add(admitted.id(), made);
          return work.apply(place)
              // Nothing stops this: a cancelled call's work is looked for as any other's.
              .thenApplyAsync(
                  ending -> ending.leaving(departure.ofChanging(call, admitted, made, null)),
                  threadsOf(admitted));
        })
        .whenComplete((ending, failure) -> call.whenIdle(turn::close));
  }

  private Worktrees.Plan plan(AdmittedCall call) throws GitException, InterruptedException {
    RunContext scope = call.scope();
    Worktrees.Plan plan =
        worktrees.plan(
            scope.workspace(), scope.runDirectory(), scope.runId(), call.id(), call.timeout());
    warnOfUncommitted(call, plan);
    warnOfNoEdits(call);
    return plan;
  }

  static void warnOfNoEdits(AdmittedCall call) {
    RunContext scope = call.scope();
    for (Target target : call.targets()) {
      if (target.provider() != null
          && !target.can(Capability.EDITS_FILES)
          && scope.mayWarn("no edits by " + target.name())) {
        scope
            .events()
            .warning(
                call.id(),
                "the provider " + target.name() + " edits no files: its worktrees stay unchanged");
      }
    }
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
      files = worktrees.uncommitted(plan, WorktreeDeparture.inspectionTimeout(call));
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

  /** Makes a planned worktree; blocks, in the call's turn. */
  CallDirectory make(AdmittedCall call, Worktrees.Plan plan)
      throws GitException, InterruptedException {
    Worktree worktree = plan.worktree();
    try {
      worktrees.make(plan, call.timeout());
      return new CallDirectory(plan.directory(), worktree);
    } catch (GitException | InterruptedException e) {
      if (e.getSuppressed().length == 0) {
        departure.forget(worktree);
      } else {
        departure.warnOfLeftBehind(
            call, worktree, String.valueOf(e.getSuppressed()[0].getMessage()));
      }
      throw e;
    }
  }

  static CallFailure worktreeFailed(InFlightCall call, Throwable failure) {
    CallFailure stopped = call.stopped();
    if (stopped != null) {
      return stopped;
    }
    Throwable cause = CallFailure.cause(failure);
    if (cause instanceof CallFailure known) {
      return known;
    }
    return new CallFailure(
        CallStatus.WORKTREE_FAILED, "worktree isolation failed: " + reason(cause) + ".");
  }

  private static String reason(Throwable cause) {
    String message =
        cause instanceof GitException ? String.valueOf(cause.getMessage()) : "unexpected: " + cause;
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }

  Executor threadsOf(AdmittedCall call) {
    return threads.of(call.scope().ledger());
  }
}
