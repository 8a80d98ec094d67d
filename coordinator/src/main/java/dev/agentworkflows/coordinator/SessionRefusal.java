package dev.agentworkflows.coordinator;

/** What a script's process asks of its coordinator in vain. */
public sealed interface SessionRefusal extends Refusal {

  /** No such run is open, or it is of another launch. */
  record NoOpenRun(String run) implements SessionRefusal {
    @Override
    public String text() {
      return "no open run " + run;
    }
  }

  record NoOpenParent(String run) implements SessionRefusal {
    @Override
    public String text() {
      return "no open run " + run + " to be a child of";
    }
  }

  record NoCall(String call) implements SessionRefusal {
    @Override
    public String text() {
      return "no call " + call;
    }
  }

  /** The script is on another machine than the coordinator's files. */
  record RemoteFiles() implements SessionRefusal {
    @Override
    public String text() {
      return "the files of a call are made for scripts on this machine";
    }
  }

  /** A stream can't take a run over: the run is not there, or this token is not its own. */
  record NotJoinable(String run) implements SessionRefusal {
    @Override
    public String text() {
      return "there is no run " + run + " that could be joined with this token";
    }
  }

  /** It ended, or was given up, while its stream was broken. */
  record JoinedTooLate(String run) implements SessionRefusal {
    @Override
    public String text() {
      return "the run " + run + " can't be joined any more";
    }
  }

  record ChildWithoutItsToken() implements SessionRefusal {
    @Override
    public String text() {
      return "a child run is opened with its parent's own token";
    }
  }

  record LaunchedBefore(String run) implements SessionRefusal {
    @Override
    public String text() {
      return "this launch has its run already: " + run;
    }
  }

  /** Versions are numbers without a sign. */
  record AnotherProtocol(int shim, int coordinator) implements SessionRefusal {
    @Override
    public String text() {
      return "the shim speaks protocol version "
          + Integer.toUnsignedString(shim)
          + ", this coordinator speaks version "
          + coordinator
          + ". Use a shim and a coordinator of one release";
    }
  }
}
