package dev.agentworkflows.coordinator.approval;

import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.Store;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a run and its children ask people. A question that an earlier attempt of the run was told
 * the answer to is answered with it: the same words and label, asked for the same time.
 * Thread-safe.
 */
public final class RunApprovals {

  static final String BY_DEFAULT = "default";

  /** All of them are kept as long as the run goes on, and each is held against the others. */
  private static final int MAX_QUESTIONS = 10_000;

  private static final long MAX_CHARACTERS = 8_000_000;

  private final String rootRunId;
  private final @Nullable String resumedFromRunId;
  private final Approvals approvals;
  private final Store store;
  private final Redactor redactor;
  private final Clock clock;
  private final List<ApprovalRecord> asked = new ArrayList<>();
  private long characters;

  RunApprovals(
      String rootRunId,
      @Nullable String resumedFromRunId,
      Approvals approvals,
      Store store,
      Redactor redactor,
      Clock clock) {
    this.rootRunId = rootRunId;
    this.resumedFromRunId = resumedFromRunId;
    this.approvals = approvals;
    this.store = store;
    this.redactor = redactor;
    this.clock = clock;
  }

  /**
   * Asks; never blocks.
   *
   * @throws IllegalArgumentException when the run has asked more than anybody can answer
   * @param onWaiting told when the question is durable and waits for a person; not for one that is
   *     answered already
   */
  public OpenQuestion ask(ApprovalRequest request, Consumer<OpenQuestion> onWaiting) {
    ApprovalRecord record;
    List<ApprovalRecord> same;
    synchronized (this) {
      refuseTooMuch(request);
      record = record(request, asked.size() + 1);
      asked.add(record);
      same = asked.stream().filter(other -> isSame(other, record)).toList();
    }
    Instant deadline = request.timeout() == null ? null : record.askedAt().plus(request.timeout());
    OpenQuestion question =
        new OpenQuestion(record, deadline, request.defaultAnswer(), approvals::settle);
    var unused =
        CompletableFuture.supplyAsync(() -> remembered(record, same), approvals.worker())
            .thenCompose(earlier -> open(question, earlier, onWaiting))
            .whenComplete((opened, failure) -> {
              if (failure != null) {
                question.answer().completeExceptionally(failure);
              }
            });
    return question;
  }

  private void refuseTooMuch(ApprovalRequest request) {
    if (asked.size() >= MAX_QUESTIONS || characters + request.length() > MAX_CHARACTERS) {
      throw new IllegalArgumentException(
          "a run and its children may ask %,d questions of %,d characters in all"
              .formatted(MAX_QUESTIONS, MAX_CHARACTERS));
    }
    characters += request.length();
  }

  private CompletableFuture<Void> open(
      OpenQuestion question, Optional<ApprovalRecord> earlier, Consumer<OpenQuestion> onWaiting) {
    if (earlier.isPresent()) {
      ApprovalRecord answered =
          question.asked().answered(earlier.get().status(), earlier.get().runId(), clock.instant());
      return store
          .writer()
          .addApproval(answered)
          .thenRun(() -> question.answer().complete(answered));
    }
    return store
        .writer()
        .addApproval(question.asked())
        .thenRunAsync(
            () -> {
              approvals.waiting(question);
              onWaiting.accept(question);
            },
            approvals.worker());
  }

  private ApprovalRecord record(ApprovalRequest request, int position) {
    return new ApprovalRecord(
        rootRunId,
        position,
        redactor.redact(request.question()),
        redactor.redactNullable(request.label()),
        redactor.redactNullable(request.phase()),
        ApprovalStatus.WAITING,
        null,
        // As the database keeps it.
        clock.instant().truncatedTo(ChronoUnit.MICROS),
        null,
        request.place());
  }

  /**
   * What a person told an earlier attempt: at the same place, since a yes to one branch is none to
   * another. Where one of both runs knows no places, the order tells which question it is.
   *
   * @param asked the questions of this run with the same words so far, this one included
   */
  private Optional<ApprovalRecord> remembered(ApprovalRecord wanted, List<ApprovalRecord> asked) {
    Set<String> seen = new HashSet<>();
    String runId = resumedFromRunId;
    while (runId != null && seen.add(runId)) {
      List<ApprovalRecord> same =
          store.reader().approvals(runId).stream().filter(other -> isSame(other, wanted)).toList();
      List<ApprovalRecord> sameNow = asked;
      if (wanted.place() != 0 && same.stream().anyMatch(other -> other.place() != 0)) {
        same = same.stream().filter(other -> other.place() == wanted.place()).toList();
        sameNow = asked.stream().filter(other -> other.place() == wanted.place()).toList();
      }
      int time = sameNow.size();
      if (same.size() >= time && isAPersons(same.get(time - 1))) {
        return Optional.of(same.get(time - 1));
      }
      runId = store.reader().run(runId).map(run -> run.lineage().resumedFromRunId()).orElse(null);
    }
    return Optional.empty();
  }

  private static boolean isAPersons(ApprovalRecord answered) {
    return (answered.status() == ApprovalStatus.YES || answered.status() == ApprovalStatus.NO)
        && !BY_DEFAULT.equals(answered.answeredBy());
  }

  private static boolean isSame(ApprovalRecord one, ApprovalRecord other) {
    return one.question().hashCode() == other.question().hashCode()
        && one.question().equals(other.question())
        && Objects.equals(one.label(), other.label());
  }
}
