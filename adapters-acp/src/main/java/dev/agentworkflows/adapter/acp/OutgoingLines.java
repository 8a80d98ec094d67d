package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.adapter.cli.Input;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The lines on their way to an agent's standard input. Bounded: an agent that goes on asking and
 * reads no answer must not fill the memory. Thread-safe.
 */
final class OutgoingLines implements Input, Input.Feeding {

  static final String THREAD = "agent-input";

  private static final int MAX_QUEUE = 20_000;

  /** In characters, beside one line: an answer holds what the agent has put into its question. */
  private static final int MAX_WAITING = 64 << 20;

  /** In characters, so that a write that is stuck does not hold on to a whole prompt. */
  private static final int PIECE = 16384;

  private static final String END = "";

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>(MAX_QUEUE);
  private final AtomicLong waiting = new AtomicLong();
  private volatile boolean stopped;

  /** False when the agent has too much to read already. */
  boolean send(String line) {
    long before = waiting.getAndAdd(line.length());
    boolean fits = (before == 0 || before + line.length() <= MAX_WAITING) && lines.offer(line);
    if (!fits) {
      waiting.addAndGet(-line.length());
    }
    return fits;
  }

  /** Closes the agent's input when all that was sent before is written. */
  void finish() {
    if (!lines.offer(END)) {
      stop(); // Whoever did not read so much will not read the rest.
    }
  }

  @Override
  public Feeding start(OutputStream stdin) {
    Thread thread = new Thread(() -> write(stdin), THREAD);
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  @Override
  public void stop() {
    stopped = true;
    lines.clear();
    lines.add(END);
  }

  private void write(OutputStream stdin) {
    // A half of a surrogate pair, which UTF-8 cannot say, becomes a question mark.
    try (Writer writer = new OutputStreamWriter(stdin, StandardCharsets.UTF_8)) {
      for (String line = lines.take(); !line.isEmpty(); line = lines.take()) {
        for (int at = 0; at < line.length() && !stopped; at += PIECE) {
          writer.write(line, at, Math.min(PIECE, line.length() - at));
        }
        writer.write('\n');
        writer.flush();
        waiting.addAndGet(-line.length());
      }
    } catch (IOException e) {
      stop(); // Nobody reads any more: the agent's output says how it went on without.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
