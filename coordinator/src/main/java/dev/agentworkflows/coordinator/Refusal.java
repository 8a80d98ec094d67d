package dev.agentworkflows.coordinator;

import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.RunStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Why a request is refused: facts. Each frontend adds in its own words how its users go on, since a
 * command line, a tool of MCP and a page have different names for that.
 */
public sealed interface Refusal {

  /** The facts in one sentence, without a full stop and without a name of any frontend's. */
  String text();

  /** The home has no run, so that there is no latest one. */
  record NoRunYet() implements Refusal {
    @Override
    public String text() {
      return "no run is recorded yet";
    }
  }

  record UnknownRun(String id) implements Refusal {
    @Override
    public String text() {
      return "unknown run '" + id + "'";
    }
  }

  record UnknownCall(String id) implements Refusal {
    @Override
    public String text() {
      return "unknown call '" + id + "'";
    }
  }

  /** What can be asked of a run that began by itself, and not of a child. */
  enum OfParent {
    RESUME,
    CANCEL,
    ANSWER
  }

  record ChildRun(String run, String parent, OfParent asked) implements Refusal {
    @Override
    public String text() {
      return run + " is a child run";
    }
  }

  record StillRunning(String run) implements Refusal {
    @Override
    public String text() {
      return run + " is still running";
    }
  }

  record NotRunning(String run, RunStatus status) implements Refusal {
    @Override
    public String text() {
      return run + " is not running: it is " + status.label();
    }
  }

  record NoOutput(String run, RunStatus status) implements Refusal {
    @Override
    public String text() {
      return run + " has no output: it is " + status.label();
    }
  }

  /** A run waits for no answer. */
  record NoQuestion(String run, RunStatus status) implements Refusal {
    @Override
    public String text() {
      return status == RunStatus.RUNNING
          ? run + " waits for no answer"
          : run + " waits for no answer: it is " + status.label();
    }
  }

  record UnknownQuestion(String run, int number) implements Refusal {
    @Override
    public String text() {
      return "%s has asked no question %d".formatted(run, number);
    }
  }

  /** Several wait, and which one is answered was not said. */
  record SeveralQuestions(String run, List<ApprovalRecord> waiting) implements Refusal {
    @Override
    public String text() {
      return "%s waits for %d answers".formatted(run, waiting.size());
    }
  }

  /**
   * An answer came first.
   *
   * @param answer what it was, and who gave it
   */
  record QuestionAnswered(int number, String answer) implements Refusal {
    @Override
    public String text() {
      return "question %d waits no more: %s".formatted(number, answer);
    }
  }

  record UnknownTemplate(String name, List<String> known) implements Refusal {
    @Override
    public String text() {
      return "unknown template '%s'; there are: %s".formatted(name, String.join(", ", known));
    }
  }

  /** A directory is where a script is to be written. */
  record IsDirectory(Path path) implements Refusal {
    @Override
    public String text() {
      return path + " is a directory";
    }
  }

  record FileExists(Path path) implements Refusal {
    @Override
    public String text() {
      return path + " is there already";
    }
  }

  /** What can be set for a run. */
  enum Setting {
    PROVIDER,
    BUDGET_TOKENS,
    BUDGET_COST_USD,
    CACHE_POLICY,
    TIMEOUT,
    WAIT_FOR_LIMITS,
    LIMIT
  }

  /**
   * A setting with a value that it can't have.
   *
   * @param expected as in "a number above 0"
   */
  record BadSetting(Setting setting, String value, String expected) implements Refusal {
    @Override
    public String text() {
      return "%s is %s, where %s was expected"
          .formatted(setting.name().toLowerCase(Locale.ROOT), value, expected);
    }
  }
}
