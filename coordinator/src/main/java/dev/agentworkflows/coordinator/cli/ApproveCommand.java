package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.approval.ApprovalText;
import dev.agentworkflows.coordinator.approval.Approvals;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.ApprovalStatus;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@CommandLine.Command(
    name = "approve",
    description = "Answer a question that a run waits with: approve() in its script.")
@Manual(
    description =
        "The answer is recorded with the run, and a resume does not ask again. `owf status RUN` shows"
            + " what a run waits for.",
    examples = {
      "owf approve latest --yes",
      "owf approve run_20261122_143201_4f9c1a --question 2 --no"
    },
    seeAlso = {"status", "run", "resume"})
final class ApproveCommand extends ReadingCommand {

  /** Names this command as the one that answered. */
  private static final String BY = "approve";

  @Parameters(index = "0", paramLabel = "RUN", description = "A run id, or latest.")
  private String id = LATEST;

  @Option(
      names = "--question",
      paramLabel = "N",
      description =
          "Which one, when several wait: its number, as status shows it. Default: the only one.")
  private @Nullable Integer position;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Answer answer = new Answer();

  /** Exactly one of them is given. */
  static final class Answer {
    @Option(names = "--yes", required = true, description = "Approve.")
    private boolean yes;

    @Option(names = "--no", required = true, description = "Decline.")
    private boolean no;

    boolean isYes() {
      return yes && !no;
    }
  }

  ApproveCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean onlyLooks() {
    return false;
  }

  @Override
  int show(RunStore store, WorkflowHome where) {
    RunRecord run = run(store, id);
    if (run.parentRunId() != null) {
      throw new RefusedException(
          "%s is a child run.\nIts parent asks for it: owf approve %s"
              .formatted(run.id(), run.parentRunId()));
    }
    if (run.status() != RunStatus.RUNNING) {
      throw new RefusedException(
          "%s waits for no answer: it is %s.".formatted(run.id(), run.status().label()));
    }
    ApprovalRecord asked = question(run, store.approvals(run.id()));
    ApprovalStatus status = answer.isYes() ? ApprovalStatus.YES : ApprovalStatus.NO;
    ApprovalRecord standing =
        Approvals.answer(store, asked, answer.isYes(), BY, environment().clock().instant());
    if (standing.status() != status) {
      throw new RefusedException("another answer came first: " + ApprovalText.answer(standing));
    }
    if (json()) {
      screen().json(RunJson.of(standing));
    } else {
      screen().line(ApprovalText.answer(standing));
    }
    return ExitCode.FINE;
  }

  private ApprovalRecord question(RunRecord run, List<ApprovalRecord> asked) {
    if (position != null) {
      ApprovalRecord found = numbered(run, asked, position);
      if (found.status() != ApprovalStatus.WAITING) {
        throw new RefusedException(
            "question %d waits no more: %s".formatted(position, ApprovalText.answer(found)));
      }
      return found;
    }
    List<ApprovalRecord> waiting =
        asked.stream().filter(each -> each.status() == ApprovalStatus.WAITING).toList();
    if (waiting.isEmpty()) {
      throw new RefusedException(run.id() + " waits for no answer.");
    }
    if (waiting.size() > 1) {
      throw new RefusedException(
          "%s waits for %d answers: say which with --question N.\n%s"
              .formatted(
                  run.id(),
                  waiting.size(),
                  String.join("\n", waiting.stream().map(ApproveCommand::line).toList())));
    }
    return waiting.get(0);
  }

  private static ApprovalRecord numbered(RunRecord run, List<ApprovalRecord> asked, int number) {
    return asked.stream()
        .filter(each -> each.position() == number)
        .findFirst()
        .orElseThrow(
            () -> new RefusedException("%s has asked no question %d.".formatted(run.id(), number)));
  }

  private static String line(ApprovalRecord asked) {
    return "  %d: %s".formatted(asked.position(), asked.question());
  }
}
