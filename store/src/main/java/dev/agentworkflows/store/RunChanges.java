package dev.agentworkflows.store;

import java.util.List;

/**
 * What becomes of one run's calls, from poll to poll. A poll costs what has changed and what is in
 * flight, however many calls the run has, and its store. Not thread-safe.
 */
public interface RunChanges {

  /**
   * What happened since the last poll.
   *
   * @param begun in order; some may be over already, and are among the ended as well
   * @param ended in any order
   */
  record Changes(List<CallSummary> begun, List<CallSummary> ended) {}

  /** Asks; at first for all calls that there are. */
  Changes poll();
}
