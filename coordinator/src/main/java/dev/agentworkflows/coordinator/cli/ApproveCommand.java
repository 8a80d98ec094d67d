package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.AnswerQuestion;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.approval.ApprovalText;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.ApprovalRecord;
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
  private String id = RunLookup.LATEST;

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
  boolean isReadOnly() {
    return false;
  }

  @Override
  int show(OpenHome home) {
    ApprovalRecord standing = new AnswerQuestion(home).answer(id, position, answer.isYes(), BY);
    if (json()) {
      screen().json(RunJson.of(standing));
    } else {
      screen().line(ApprovalText.answer(standing));
    }
    return ExitCode.FINE;
  }
}
