package dev.agentworkflows.coordinator;

import java.util.concurrent.Executor;

/**
 * For work that may block: each piece of it has a thread of its own. The pool that Java shares has
 * one thread for each processor but one, so that a few questions that people take their time to
 * answer would keep all runs of a coordinator from ending.
 */
public final class OwnThread {

  private OwnThread() {}

  /**
   * Daemon threads.
   *
   * @param name of the threads
   */
  public static Executor named(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      thread.start();
    };
  }
}
