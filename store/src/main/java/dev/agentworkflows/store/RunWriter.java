package dev.agentworkflows.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Whatever changes the store: what a running run writes, what people write to it (answers, what
 * became of worktrees), what a batch cost, and what is removed.
 *
 * <p>Thread-safe. Writes never block. They are applied in the order in which they were asked for;
 * the future completes once the change is durable, on the writer's thread, where the caller's
 * continuations run (so they must be short and must not wait for another write), or exceptionally
 * with a {@link StoreException}.
 */
public interface RunWriter {

  /** Adds a run. Fails when its id is there already. */
  CompletableFuture<Void> addRun(RunRecord run);

  /** Writes a run's end; replaces an earlier one. */
  CompletableFuture<Void> endRun(RunCompletionRow ending);

  /** Adds a running call to a run. */
  CompletableFuture<Void> startCall(CallStart start);

  /**
   * Writes down what a running call waits for, unless it has gone out since.
   *
   * @param attempts how many were made of it
   */
  CompletableFuture<Void> waitCall(String callId, int attempts, CallWait wait);

  /** Writes down that a running call goes on to another provider, and why. */
  CompletableFuture<Void> triedCall(CallTried tried);

  /**
   * Writes down that a running call goes out: if its coordinator dies, it is counted for what is
   * said here, for its provider may go on with it. Its end takes the place of this.
   */
  CompletableFuture<Void> sendCall(CallSent sent);

  /**
   * Writes how a running call was answered, while it is not known yet what stays of its worktree:
   * what is written of that stays as it is. It is counted and remembered as an end is, which takes
   * the place of this.
   */
  CompletableFuture<Void> answerCall(CallCompletionRow answered);

  /**
   * Writes a call's end, counts what it was billed, and remembers its answer when told to; replaces
   * an earlier end, and forgets an answer that was remembered with it and is not to be. The session
   * that was written first stays: somebody may have taken it.
   */
  CompletableFuture<Void> endCall(CallCompletionRow end);

  /** Adds a call that a remembered answer stands in for. */
  CompletableFuture<Void> addHit(CallHit hit);

  /**
   * Takes a session away from the answer that it belongs to, durably: for who goes on in one that
   * only one call may.
   *
   * @param callId of the call that was paid for
   * @return false when it was taken before, by this process or any other
   */
  CompletableFuture<Boolean> takeSession(String callId, String sessionId);

  /** Adds an event. Fails when the run has one at its position. */
  CompletableFuture<Void> addEvent(EventRecord event);

  /** Adds the worktree that is about to be made for a running call. */
  CompletableFuture<Void> addWorktree(WorktreeRecord worktree);

  /**
   * Writes down that a running call is about to work in a worktree that was made for another call
   * of its run.
   *
   * @param changing it may change files there: the worktree stands from now on, also when it was
   *     removed before
   */
  CompletableFuture<Void> enterWorktree(String callId, WorktreeRecord worktree, boolean changing);

  /** Writes down what a call left in a worktree, its own or another's. */
  CompletableFuture<Void> leaveWorktree(WorktreeUse use);

  /** Writes down that nothing is left of a call's worktree. */
  CompletableFuture<Void> removeWorktree(String callId);

  /**
   * Writes down that what a call's worktree holds was brought into the workspace.
   *
   * @param digest of what was brought in
   */
  CompletableFuture<Void> applyWorktree(String callId, String digest, Instant at);

  /** Adds a question to a person. Fails when the run has one at its position. */
  CompletableFuture<Void> addApproval(ApprovalRecord approval);

  /**
   * Writes an answer, unless another came first, from this process or from any other: {@link
   * RunReader#approvals} tells which stands.
   */
  CompletableFuture<Void> answerApproval(ApprovalRecord answered);

  /**
   * Ends what dead coordinators left running: their runs become {@code interrupted}, those runs'
   * calls {@code cancelled}.
   */
  CompletableFuture<Void> interruptRunsOf(Collection<String> owners, Instant at);

  /**
   * Counts what was paid for a batch, once: added to what is counted for the same day, provider and
   * model. Nothing takes it back.
   *
   * @return false when this batch was counted before, by this process or any other; then nothing is
   */
  CompletableFuture<Boolean> billBatch(String batchId, Instant at, List<UsageRecord> usage);

  /**
   * Removes a run with its calls, events and answers. Its children, and what it cost, stay.
   *
   * @param since when the caller began to find out that nobody needs the run
   * @return false when a run has begun since then, or is running: it may be answered from this one,
   *     which is left alone
   */
  CompletableFuture<Boolean> removeRun(String runId, Instant since);
}
