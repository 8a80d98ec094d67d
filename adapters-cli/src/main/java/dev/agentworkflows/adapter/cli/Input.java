package dev.agentworkflows.adapter.cli;

import java.io.OutputStream;

/** What a program reads from its standard input. */
@FunctionalInterface
public interface Input {

  /** Something that writes, until it is told to stop. */
  interface Feeding {

    /** Writes nothing more. Does not wait: no program has to read. */
    void stop();
  }

  /**
   * Begins to write, on a thread of its own: no program has to read, and a write to a full pipe
   * can't be interrupted.
   *
   * @param stdin from now on the feeding's to close
   */
  Feeding start(OutputStream stdin);
}
