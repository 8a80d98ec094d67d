package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.worktree.GitException;
import dev.agentworkflows.coordinator.worktree.TreeState;
import dev.agentworkflows.coordinator.worktree.Worktree;
import dev.agentworkflows.coordinator.worktree.WorktreeTurn;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.spi.Capability;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.Store;
import dev.agentworkflows.store.WorktreeRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives a call the worktree that was made for another call of its run: to read there, or to go on
 * in it. Calls that read are there together; one that may change files is there alone. It fails
 * closed: a call that can't have the worktree goes nowhere.
 *
 * <p>A worktree in which nothing had been changed was removed. A call that goes on in it gets it
 * again, from the same commit at the same place; one that reads gets a checkout of that commit.
 */
final class SharedWorktreeStep {

  private final Worktrees worktrees;
  private final Store store;
  private final IsolationStep isolation;
  private final WorktreeDeparture departure;
  private final CallRecorder recorder;

  SharedWorktreeStep(
      Worktrees worktrees,
      Store store,
      IsolationStep isolation,
      WorktreeDeparture departure,
      CallRecorder recorder) {
    this.worktrees = worktrees;
    this.store = store;
    this.isolation = isolation;
    this.departure = departure;
    this.recorder = recorder;
  }

  /**
   * A place in the queue for a worktree.
   *
   * @param turn whoever asked closes it, when the call has ended
   */
  record Request(RunWorktrees.Made made, WorktreeTurn turn) {}

  /**
   * A call's turn to read.
   *
   * @param found null when the worktree was removed, since it was as its base commit
   */
  record Visit(Request request, @Nullable TreeState found) {

    /** What the call's key says of the files: an answer is right for equal ones alone. */
    String tree(AdmittedCall call) {
      if (found == null) {
        return TreeState.digestOf(request.made().plan().worktree().base());
      }
      String digest = found.digest();
      return digest == null ? unknownTree(call) : digest;
    }
  }

  /** Of files that can't be compared: no other call has the same. */
  static String unknownTree(AdmittedCall call) {
    return "unknown " + call.id();
  }

  /**
   * Asks for the worktree, behind the calls that asked before.
   *
   * @throws CallFailure when the call that is named has none
   */
  Request request(AdmittedCall call) throws CallFailure {
    String named = String.valueOf(call.request().workplace().worktreeOf());
    RunWorktrees.Made made =
        call.scope().worktrees().of(named).orElseThrow(() -> failed(whyNone(call, named)));
    boolean changing = call.request().mutating();
    return new Request(made, WorktreeTurn.request(made.plan().worktree(), call.id(), changing));
  }

  private String whyNone(AdmittedCall call, String named) {
    if (!named.startsWith(call.scope().runId() + "_call_")) {
      return named + " is no call of this run: a worktree is shared within one run";
    }
    return store
        .reader()
        .call(named)
        .map(other ->
            "%s has no worktree: its isolation is %s, and it is %s"
                .formatted(named, other.asked().isolation().label(), other.status().label()))
        .orElse("there is no call " + named + " in this run");
  }

  private static CallFailure failed(String why) {
    return new CallFailure(CallStatus.WORKTREE_FAILED, "worktree isolation failed: " + why + ".");
  }

  /** Waits for the turn of a call that reads, and looks what it will find. */
  CompletableFuture<Visit> visit(InFlightCall call, AdmittedCall admitted, Request request) {
    return turn(call, admitted, request)
        .thenCompose(turn ->
            InterruptibleWork.start(
                call,
                isolation.threadsOf(admitted),
                () -> new Visit(request, arrive(admitted, request))))
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(IsolationStep.worktreeFailed(call, failure)));
  }

  private CompletableFuture<WorktreeTurn> turn(
      InFlightCall call, AdmittedCall admitted, Request request) {
    CompletableFuture<WorktreeTurn> granted = request.turn().granted();
    if (!granted.isDone()) {
      String reason =
          "its turn in the worktree of %s, where others work: %s"
              .formatted(request.made().plan().worktree().callId(), request.turn().inTheWay());
      admitted.scope().events().waiting(admitted.id(), reason);
      if (admitted.request().mutating()) {
        recorder.waiting(call, admitted, reason, Duration.ZERO, null);
      } else {
        // Its key is known when it is there.
        recorder.arriving(call, admitted, reason);
      }
    }
    return call.waitFor(granted);
  }

  /**
   * How the call finds the worktree; null when it was removed as one that nothing was changed in.
   */
  private @Nullable TreeState arrive(AdmittedCall call, Request request)
      throws CallFailure, GitException, InterruptedException {
    request.turn().keepOthersOut();
    Worktrees.Plan plan = request.made().plan();
    Worktree worktree = plan.worktree();
    Optional<WorktreeRecord> record = store.reader().worktree(worktree.callId());
    if (record.isPresent() && record.get().appliedAt() != null) {
      throw failed(
          "the worktree of %s was applied meanwhile, at %s, and what is done there now is not in it"
              .formatted(worktree.callId(), record.get().appliedAt()));
    }
    if (!request.made().standing()) {
      return null;
    }
    Duration limit = WorktreeDeparture.inspectionTimeout(call);
    worktrees.requireUsable(plan, limit);
    return worktrees.state(worktree, limit);
  }

  /** Does the work of a call that reads. */
  CompletableFuture<CallCompletion> read(
      InFlightCall call,
      AdmittedCall admitted,
      Visit visit,
      Function<CallDirectory, CompletableFuture<CallCompletion>> work) {
    warnOfNoSight(admitted);
    RunWorktrees.Made made = visit.request().made();
    Worktrees.Plan plan = made.plan();
    TreeState found = visit.found();
    if (found == null) {
      return isolation
          .isolated(call, admitted, () -> plan.forCall(admitted.id()), work)
          .thenApply(ending -> {
            warnOfChanges(admitted, ending);
            return ending;
          });
    }
    return store
        .writer()
        .enterWorktree(admitted.id(), plan.worktree().planned(), false)
        .thenCompose(written -> work.apply(new CallDirectory(plan.directory(), plan.worktree())))
        .thenApplyAsync(
            ending ->
                ending.leaving(
                    departure.ofReading(
                        call, admitted, made, found, visit.request().turn().companions())),
            isolation.threadsOf(admitted));
  }

  private static void warnOfNoSight(AdmittedCall call) {
    for (Target target : call.targets()) {
      if (target.provider() != null
          && !target.can(Capability.EDITS_FILES)
          && call.scope().mayWarn("no sight of " + target.name())) {
        call.scope()
            .events()
            .warning(
                call.id(),
                "the provider " + target.name() + " works with no files: it sees no worktree");
      }
    }
  }

  private static void warnOfChanges(AdmittedCall call, CallCompletion ending) {
    if (ending.left().path() != null) {
      call.scope()
          .events()
          .warning(
              call.id(),
              "this read-only call changed the checkout that it was given, "
                  + ending.left().path()
                  + ", which is kept");
    }
  }

  /** Does the work of a call that goes on in the worktree. */
  CompletableFuture<CallCompletion> goOn(
      InFlightCall call,
      AdmittedCall admitted,
      Request request,
      Function<CallDirectory, CompletableFuture<CallCompletion>> work) {
    return turn(call, admitted, request)
        // Behind the turn: who has a permit never waits for a worktree that another has.
        .thenCompose(turn -> isolation.permit(call, admitted))
        .thenCompose(permit ->
            enter(call, admitted, request)
                .thenCompose(entered -> goOn(call, admitted, request, entered, work))
                .whenComplete((ending, failure) -> permit.release()));
  }

  /**
   * A call is in the worktree.
   *
   * @param before null when nobody worked there before
   */
  private record Entered(@Nullable TreeState before) {}

  private CompletableFuture<Entered> enter(
      InFlightCall call, AdmittedCall admitted, Request request) {
    Worktrees.Plan plan = request.made().plan();
    return InterruptibleWork.start(
            call, isolation.threadsOf(admitted), () -> new Entered(arrive(admitted, request)))
        .thenCompose(entered ->
            // Durable before it begins: its work is told with the worktree, whatever happens.
            store
                .writer()
                .enterWorktree(admitted.id(), plan.worktree().planned(), true)
                .thenApply(written -> entered))
        .thenCompose(entered ->
            entered.before() != null
                ? CompletableFuture.completedFuture(entered)
                : InterruptibleWork.start(
                    call,
                    isolation.threadsOf(admitted),
                    () -> {
                      isolation.make(admitted, plan);
                      request.made().standing(true);
                      return entered;
                    }))
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(IsolationStep.worktreeFailed(call, failure)));
  }

  private CompletableFuture<CallCompletion> goOn(
      InFlightCall call,
      AdmittedCall admitted,
      Request request,
      Entered entered,
      Function<CallDirectory, CompletableFuture<CallCompletion>> work) {
    RunWorktrees.Made made = request.made();
    Worktrees.Plan plan = made.plan();
    IsolationStep.warnOfNoEdits(admitted);
    admitted.scope().worktrees().add(admitted.id(), made);
    return work.apply(new CallDirectory(plan.directory(), plan.worktree()))
        .thenApplyAsync(
            ending -> ending.leaving(departure.ofChanging(call, admitted, made, entered.before())),
            isolation.threadsOf(admitted));
  }
}
