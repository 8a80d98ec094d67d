package dev.agentworkflows.coordinator.approval;

import dev.agentworkflows.coordinator.Steadily;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.Store;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
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

  /** What names a question in the store. */
  private record Position(String runId, int position) {
    static Position of(ApprovalRecord record) {
      return new Position(record.runId(), record.position());
    }
  }

  private final Store store;
  private final Redactor redactor;
  private final Clock clock;
  private final Map<Position, OpenQuestion> open = new ConcurrentHashMap<>();

  /** Runs of which somebody will look for answers anyway. */
  private final Set<String> toPoll = ConcurrentHashMap.newKeySet();

  private @Nullable ScheduledExecutorService worker;
  private boolean closed;

  public Approvals(Store store, Redactor redactor, Clock clock) {
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
      Store store, ApprovalRecord asked, boolean yes, String by, Instant at) {
    ApprovalStatus status = yes ? ApprovalStatus.YES : ApprovalStatus.NO;
    store.writer().answerApproval(asked.answered(status, by, at)).join();
    return store.reader().approvals(asked.runId()).stream()
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
          Steadily.doing("questions", this::poll),
          INTERVAL_MILLIS,
          INTERVAL_MILLIS,
          TimeUnit.MILLISECONDS);
      worker = known;
    }
    return known;
  }

  /** The question is durable and waits. */
  void waiting(OpenQuestion question) {
    open.put(Position.of(question.asked()), question);
    if (question.isWithdrawn()) {
      question.withdraw();
    }
  }

  /** Makes an answer durable, and completes the question with the one that stands. */
  void settle(OpenQuestion question, ApprovalStatus status, String by) {
    if (!open.containsKey(Position.of(question.asked()))) {
      return; // It is not durable yet, or settled already.
    }
    var unused =
        store
            .writer()
            .answerApproval(question.asked().answered(status, by, clock.instant()))
            .handleAsync(
                (stored, failure) -> {
                  if (failure != null) {
                    open.remove(Position.of(question.asked()));
                    question.answer().completeExceptionally(failure);
                  } else if (toPoll.add(question.asked().runId())) {
                    // Once for all answers of a run that have come by then.
                    worker().execute(() -> poll(question.asked().runId()));
                  }
                  return null;
                },
                worker());
  }

  private void poll() {
    try {
      open.values().stream()
          .filter(question -> question.isLate(clock.instant()))
          .forEach(OpenQuestion::timeOut);
      open.values().stream()
          .map(question -> question.asked().runId())
          .collect(Collectors.toSet())
          .forEach(this::poll);
    } catch (RuntimeException e) {
      // The store could not be read just now; the next look may be luckier.
      System.getLogger(Approvals.class.getName())
          .log(System.Logger.Level.DEBUG, "no look at the answers", e);
    }
  }

  /** Completes a run's questions that have an answer in the store, whoever put it there. */
  private void poll(String runId) {
    toPoll.remove(runId);
    for (ApprovalRecord stored : store.reader().approvalAnswers(runId)) {
      OpenQuestion question = open.remove(Position.of(stored));
      if (question != null) {
        question
            .answer()
            .complete(
                question
                    .asked()
                    .answered(
                        stored.status(),
                        String.valueOf(stored.answeredBy()),
                        Objects.requireNonNullElseGet(stored.answeredAt(), clock::instant)));
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (worker != null) {
      worker.shutdown();
    }
  }
}
