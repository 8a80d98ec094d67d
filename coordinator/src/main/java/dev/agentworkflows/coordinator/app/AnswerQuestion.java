package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.RunRefusal;
import dev.agentworkflows.coordinator.approval.ApprovalText;
import dev.agentworkflows.coordinator.approval.Approvals;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers a question that a run waits with. */
public final class AnswerQuestion {

  private final OpenHome home;

  public AnswerQuestion(OpenHome home) {
    this.home = home;
  }

  /**
   * Records an answer.
   *
   * @param id a run's, or latest
   * @param number of the question; null for the only one that waits
   * @param by who answered, for the record
   * @return the question as it stands now
   */
  public ApprovalRecord answer(String id, @Nullable Integer number, boolean yes, String by) {
    RunRecord run =
        RunLookup.withoutParent(
            RunLookup.run(home.store().reader(), id), RunRefusal.OfParent.ANSWER);
    if (run.status() != RunStatus.RUNNING) {
      throw new RefusedException(new RunRefusal.NoQuestion(run.id(), run.status()));
    }
    ApprovalRecord asked = question(run, home.store().reader().approvals(run.id()), number);
    ApprovalRecord standing =
        Approvals.answer(home.store(), asked, yes, by, home.clock().instant());
    if (standing.status() != (yes ? ApprovalStatus.YES : ApprovalStatus.NO)) {
      throw answered(standing);
    }
    return standing;
  }

  private static ApprovalRecord question(
      RunRecord run, List<ApprovalRecord> asked, @Nullable Integer number) {
    if (number != null) {
      ApprovalRecord found =
          asked.stream()
              .filter(each -> each.position() == number)
              .findFirst()
              .orElseThrow(
                  () -> new RefusedException(new RunRefusal.UnknownQuestion(run.id(), number)));
      if (found.status() != ApprovalStatus.WAITING) {
        throw answered(found);
      }
      return found;
    }
    List<ApprovalRecord> waiting =
        asked.stream().filter(each -> each.status() == ApprovalStatus.WAITING).toList();
    if (waiting.isEmpty()) {
      throw new RefusedException(new RunRefusal.NoQuestion(run.id(), run.status()));
    }
    if (waiting.size() > 1) {
      throw new RefusedException(new RunRefusal.SeveralQuestions(run.id(), waiting));
    }
    return waiting.get(0);
  }

  private static RefusedException answered(ApprovalRecord standing) {
    return new RefusedException(
        new RunRefusal.QuestionAnswered(standing.position(), ApprovalText.answer(standing)));
  }
}
