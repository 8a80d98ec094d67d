package dev.agentworkflows.it.agents;

import org.opentest4j.TestAbortedException;

/** A failure says which versions of the programs it was seen with: the newest change by the day. */
final class VersionsInFailures {

  private VersionsInFailures() {}

  /** The same failure, with the versions in front of its words. */
  static Throwable with(String versions, Throwable failure) {
    return failure instanceof TestAbortedException
        ? failure
        : new AssertionError("with " + versions + ": " + failure.getMessage(), failure);
  }
}
