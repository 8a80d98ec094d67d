package dev.agentworkflows.coordinator.approval;

import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A question that a script has asked. Thread-safe. */
public final class OpenQuestion {

  private final ApprovalRecord asked;
  private final @Nullable Instant deadline;
  private final @Nullable Boolean defaultAnswer;
  private final Settling settling;
  private final AtomicBoolean withdrawn = new AtomicBoolean();
  private final CompletableFuture<ApprovalRecord> answer = new CompletableFuture<>();

  /** Makes an answer durable, unless another was first, and then completes the question. */
  interface Settling {
    void settle(OpenQuestion question, ApprovalStatus status, String by);
  }

  OpenQuestion(
      ApprovalRecord asked,
      @Nullable Instant deadline,
      @Nullable Boolean defaultAnswer,
      Settling settling) {
    this.asked = asked;
    this.deadline = deadline;
    this.defaultAnswer = defaultAnswer;
    this.settling = settling;
  }

  /** As it was asked, without an answer. */
  public ApprovalRecord asked() {
    return asked;
  }

  /** What holds when nobody answers in time; null when nothing does, or there is no such time. */
  public @Nullable Boolean defaultAnswer() {
    return defaultAnswer;
  }

  /**
   * The question with the answer that stands, once that is durable; exceptionally when it could not
   * be stored.
   */
  public CompletableFuture<ApprovalRecord> answer() {
    return answer;
  }

  /**
   * A person's answer; without effect when another came first.
   *
   * @param by where it was given, as people will read it
   */
  public void answer(boolean yes, String by) {
    settling.settle(this, yes ? ApprovalStatus.YES : ApprovalStatus.NO, by);
  }

  /** Nobody waits for the answer any more. */
  public void withdraw() {
    withdrawn.set(true);
    settling.settle(this, ApprovalStatus.WITHDRAWN, "script");
  }

  boolean isWithdrawn() {
    return withdrawn.get();
  }

  boolean isLate(Instant now) {
    return deadline != null && now.isAfter(deadline);
  }

  void timeOut() {
    if (defaultAnswer == null) {
      settling.settle(this, ApprovalStatus.TIMED_OUT, "nobody");
    } else {
      answer(defaultAnswer, RunApprovals.BY_DEFAULT);
    }
  }
}
