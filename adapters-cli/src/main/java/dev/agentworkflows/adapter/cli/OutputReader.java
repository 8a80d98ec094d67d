package dev.agentworkflows.adapter.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads one of a process's pipes to its end, on a thread of its own: reading can't be interrupted.
 */
final class OutputReader {

  /** Once all of a call's processes have ended, what is left is in the pipe and read at once. */
  private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(2);

  interface Sink {
    void read(InputStream in) throws IOException;
  }

  private final InputStream in;
  private final Thread thread;
  private volatile @Nullable RuntimeException failure;

  private OutputReader(InputStream in, Sink sink) {
    this.in = in;
    thread = new Thread(() -> read(sink), "agent-output");
    thread.setDaemon(true);
  }

  static OutputReader start(InputStream in, Sink sink) {
    OutputReader reader = new OutputReader(in, sink);
    reader.thread.start();
    return reader;
  }

  /** Waits for the pipe's end, and fails as the sink did. */
  void finish() throws InterruptedException {
    thread.join(PATIENCE_MILLIS);
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
  }

  /** No longer waits for an end that may never come: a process that we may not end can hold it. */
  void abandon() {
    try {
      in.close();
    } catch (IOException e) {
      // Nothing is read from it any more.
    }
  }

  private void read(Sink sink) {
    try (in) {
      sink.read(in);
    } catch (IOException e) {
      // The pipe was closed under us: the call is over.
    } catch (RuntimeException e) {
      failure = e;
    }
  }
}
