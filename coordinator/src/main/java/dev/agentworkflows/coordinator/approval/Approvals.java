package dev.agentworkflows.coordinator.approval;

import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.RunStore;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The questions that wait for a person in this coordinator. Anybody who can write to the store may
 * answer: the store keeps the first answer, and this looks for it. Thread-safe; nothing runs before
 * the first question.
 */
public final class Approvals implements AutoCloseable {

  private static final long INTERVAL_MILLIS = 250;

  private final RunStore store;
  private final Redactor redactor;
  private final Clock clock;
  private final Set<OpenQuestion> open = ConcurrentHashMap.newKeySet();
  private @Nullable ScheduledExecutorService worker;
  private boolean closed;

  public Approvals(RunStore store, Redactor redactor, Clock clock) {
    this.store = store;
    this.redactor = redactor;
    this.clock = clock;
  }

  /**
   * A person's answer, for a run of any process; blocks until it is durable.
   *
   * @param by where it was given
   * @return the question with the answer that stands, which another may have given before
   */
  public static ApprovalRecord answer(
      RunStore store, ApprovalRecord asked, boolean yes, String by, Instant at) {
    ApprovalStatus status = yes ? ApprovalStatus.YES : ApprovalStatus.NO;
    store.answerApproval(asked.answered(status, by, at)).join();
    return store.approvals(asked.runId()).stream()
        .filter(each -> each.position() == asked.position())
        .findFirst()
        .orElse(asked);
  }

  /**
   * The questions of a run and its children.
   *
   * @param resumedFromRunId the run whose answers are remembered; null for none
   */
  public RunApprovals of(String rootRunId, @Nullable String resumedFromRunId) {
    return new RunApprovals(rootRunId, resumedFromRunId, this, store, redactor, clock);
  }

  /** Where questions may wait for the disk. */
  synchronized Executor worker() {
    if (closed) {
      throw new RejectedExecutionException("The coordinator is about to stop.");
    }
    ScheduledExecutorService known = worker;
    if (known == null) {
      known =
          Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "approvals");
            thread.setDaemon(true);
            return thread;
          });
      known.scheduleWithFixedDelay(
          this::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
      worker = known;
    }
    return known;
  }

  /** The question is durable and waits. */
  void waiting(OpenQuestion question) {
    open.add(question);
    if (question.isWithdrawn()) {
      question.withdraw();
    }
  }

  /** Makes an answer durable, and completes the question with the one that stands. */
  void settle(OpenQuestion question, ApprovalStatus status, String by) {
    if (!open.contains(question)) {
      return; // It is not durable yet, or settled already.
    }
    var unused =
        store
            .answerApproval(question.asked().answered(status, by, clock.instant()))
            .handleAsync(
                (stored, failure) -> {
                  if (failure != null) {
                    open.remove(question);
                    question.answer().completeExceptionally(failure);
                  } else {
                    look(question.asked().runId());
                  }
                  return null;
                },
                worker());
  }

  private void look() {
    try {
      open.stream()
          .filter(question -> question.isLate(clock.instant()))
          .forEach(OpenQuestion::timeOut);
      open.stream()
          .map(question -> question.asked().runId())
          .collect(Collectors.toSet())
          .forEach(this::look);
    } catch (RuntimeException e) {
      // The store could not be read just now; the next look may be luckier.
      System.getLogger(Approvals.class.getName())
          .log(System.Logger.Level.DEBUG, "no look at the answers", e);
    }
  }

  /** Completes a run's questions that have an answer in the store, whoever put it there. */
  private void look(String runId) {
    for (ApprovalRecord stored : store.approvals(runId)) {
      if (stored.status() != ApprovalStatus.WAITING) {
        open.stream()
            .filter(question -> isAbout(stored, question))
            .forEach(question -> {
              open.remove(question);
              question.answer().complete(stored);
            });
      }
    }
  }

  private static boolean isAbout(ApprovalRecord stored, OpenQuestion question) {
    return stored.position() == question.asked().position()
        && stored.runId().equals(question.asked().runId());
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (worker != null) {
      worker.shutdown();
    }
  }
}
