package dev.agentworkflows.coordinator.approval;

import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.time.Clock;
import java.time.Instant;
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

  private final String rootRunId;
  private final @Nullable String resumedFromRunId;
  private final Approvals approvals;
  private final RunStore store;
  private final Redactor redactor;
  private final Clock clock;
  private final List<ApprovalRecord> asked = new ArrayList<>();

  RunApprovals(
      String rootRunId,
      @Nullable String resumedFromRunId,
      Approvals approvals,
      RunStore store,
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
   * @param onWaiting told when the question is durable and waits for a person; not for one that is
   *     answered already
   */
  public OpenQuestion ask(ApprovalRequest request, Consumer<OpenQuestion> onWaiting) {
    ApprovalRecord record;
    int time;
    synchronized (this) {
      record = record(request, asked.size() + 1);
      asked.add(record);
      time = (int) asked.stream().filter(other -> isSame(other, record)).count();
    }
    Instant deadline = request.timeout() == null ? null : record.askedAt().plus(request.timeout());
    OpenQuestion question =
        new OpenQuestion(record, deadline, request.defaultAnswer(), approvals::settle);
    var unused =
        CompletableFuture.supplyAsync(() -> remembered(record, time), approvals.worker())
            .thenCompose(earlier -> open(question, earlier, onWaiting))
            .whenComplete((opened, failure) -> {
              if (failure != null) {
                question.answer().completeExceptionally(failure);
              }
            });
    return question;
  }

  private CompletableFuture<Void> open(
      OpenQuestion question, Optional<ApprovalRecord> earlier, Consumer<OpenQuestion> onWaiting) {
    if (earlier.isPresent()) {
      ApprovalRecord answered =
          question.asked().answered(earlier.get().status(), earlier.get().runId(), clock.instant());
      return store.addApproval(answered).thenRun(() -> question.answer().complete(answered));
    }
    return store
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
        clock.instant(),
        null);
  }

  /** What a person told an earlier attempt. */
  private Optional<ApprovalRecord> remembered(ApprovalRecord wanted, int time) {
    Set<String> seen = new HashSet<>();
    String runId = resumedFromRunId;
    while (runId != null && seen.add(runId)) {
      List<ApprovalRecord> same =
          store.approvals(runId).stream().filter(other -> isSame(other, wanted)).toList();
      if (same.size() >= time && isAPersons(same.get(time - 1))) {
        return Optional.of(same.get(time - 1));
      }
      runId = store.run(runId).map(RunRecord::resumedFromRunId).orElse(null);
    }
    return Optional.empty();
  }

  private static boolean isAPersons(ApprovalRecord answered) {
    return (answered.status() == ApprovalStatus.YES || answered.status() == ApprovalStatus.NO)
        && !BY_DEFAULT.equals(answered.answeredBy());
  }

  private static boolean isSame(ApprovalRecord one, ApprovalRecord other) {
    return one.question().equals(other.question()) && Objects.equals(one.label(), other.label());
  }
}
