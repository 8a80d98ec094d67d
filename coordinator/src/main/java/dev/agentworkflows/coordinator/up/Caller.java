package dev.agentworkflows.coordinator.up;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The process that asked for a command: it has the terminal, gets the signals, and is the parent of
 * what the command starts in it. Thread-safe.
 */
public interface Caller {

  /** Its standard output. */
  OutputStream output();

  /** Its standard error. */
  OutputStream errors();

  /** Of its terminal; nothing where that is not known. */
  int columns();

  /** Of its terminal; nothing where that is not known. */
  int rows();

  /**
   * Has the caller start a program as a child of its own, in its directory; once at most.
   *
   * @param program with the whole environment
   */
  Process start(ProcessBuilder program) throws IOException;

  /**
   * Has something done when a signal ends the caller, or this process; at once when one has come
   * already.
   *
   * @return undoes it
   */
  Runnable atSignal(Runnable action);

  /**
   * Whether a line was typed, or nothing can be any more. What is typed is taken from the terminal
   * only while this is asked, or {@link #readLine}.
   */
  boolean hasLine() throws IOException;

  /** The next line, which is waited for; null at the end. */
  @Nullable String readLine() throws IOException;

  /** Ends the command for the caller, which waits no longer; it goes on here. */
  void release(int exitCode) throws IOException;
}
