package dev.agentworkflows.coordinator;

import dev.agentworkflows.store.ApprovalRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.List;

/** What is asked of a run or a call that is not so, or not there. */
public sealed interface RunRefusal extends Refusal {

  /** The home has no run, so that there is no latest one. */
  record NoRunYet() implements RunRefusal {
    @Override
    public String text() {
      return "no run is recorded yet";
    }
  }

  record UnknownRun(String id) implements RunRefusal {
    @Override
    public String text() {
      return "unknown run '" + id + "'";
    }
  }

  record UnknownCall(String id) implements RunRefusal {
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

  record ChildRun(String run, String parent, OfParent asked) implements RunRefusal {
    @Override
    public String text() {
      return run + " is a child run";
    }
  }

  record StillRunning(String run) implements RunRefusal {
    @Override
    public String text() {
      return run + " is still running";
    }
  }

  /** As many runs go on in this process as may. */
  record TooManyRuns(int running) implements RunRefusal {
    @Override
    public String text() {
      return running + " runs go on already. Wait for one to end, or cancel one";
    }
  }

  record NotRunning(String run, RunStatus status) implements RunRefusal {
    @Override
    public String text() {
      return run + " is not running: it is " + status.label();
    }
  }

  record NoOutput(String run, RunStatus status) implements RunRefusal {
    @Override
    public String text() {
      return run + " has no output: it is " + status.label();
    }
  }

  /** A run waits for no answer. */
  record NoQuestion(String run, RunStatus status) implements RunRefusal {
    @Override
    public String text() {
      return status == RunStatus.RUNNING
          ? run + " waits for no answer"
          : run + " waits for no answer: it is " + status.label();
    }
  }

  record UnknownQuestion(String run, int number) implements RunRefusal {
    @Override
    public String text() {
      return "%s has asked no question %d".formatted(run, number);
    }
  }

  /** Several wait, and which one is answered was not said. */
  record SeveralQuestions(String run, List<ApprovalRecord> waiting) implements RunRefusal {
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
  record QuestionAnswered(int number, String answer) implements RunRefusal {
    @Override
    public String text() {
      return "question %d waits no more: %s".formatted(number, answer);
    }
  }

  record Over(String run) implements RunRefusal {
    @Override
    public String text() {
      return "the run " + run + " is over";
    }
  }

  /** A child run asks for a child. */
  record ChildOfChild(String parent) implements RunRefusal {
    @Override
    public String text() {
      return "workflow() goes one child level deep, and " + parent + " is a child already";
    }
  }

  /** A call is recorded without its prompt and answer. */
  record NoTexts(String call) implements RunRefusal {
    @Override
    public String text() {
      return "the texts of " + call + " are not in the database, though the call is";
    }
  }
}
