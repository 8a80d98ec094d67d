package dev.agentworkflows.adapter.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes a prompt to a program's standard input, on a thread of its own: no program has to read it,
 * and a write to a full pipe can't be interrupted.
 *
 * <p>A program that ends without reading ends the write as well, and so does the end of whoever
 * else holds the pipe. Only a process that we may not or can't end keeps the thread, and no more
 * than a piece of the prompt, until it ends by itself.
 */
final class PromptFeeder implements Input.Feeding {

  static final String THREAD = "agent-input";

  /** In characters; a pipe takes about as much before it is full. */
  private static final int PIECE = 16384;

  private volatile @Nullable String prompt;

  private PromptFeeder(String prompt) {
    this.prompt = prompt;
  }

  /** Begins to write; the stream is then this feeder's to close. */
  static PromptFeeder start(String prompt, OutputStream input) {
    PromptFeeder feeder = new PromptFeeder(prompt);
    Thread thread = new Thread(() -> feeder.write(input), THREAD);
    thread.setDaemon(true);
    thread.start();
    return feeder;
  }

  /**
   * Writes nothing more. Does not wait and does not close: the stream can't be closed under a write
   * without waiting for it.
   */
  @Override
  public void stop() {
    prompt = null;
  }

  private void write(OutputStream input) {
    // A half of a surrogate pair, which UTF-8 cannot say, becomes a question mark.
    try (Writer writer = new OutputStreamWriter(input, StandardCharsets.UTF_8)) {
      int at = 0;
      for (char[] piece = piece(at); piece.length > 0; piece = piece(at)) {
        writer.write(piece);
        at += piece.length;
      }
    } catch (IOException e) {
      // Nobody reads any more: the program's output says how it went on without.
    } finally {
      stop();
    }
  }

  /** A copy, so that a write that is stuck does not hold on to the whole prompt. */
  private char[] piece(int from) {
    String whole = prompt;
    if (whole == null) {
      return new char[0];
    }
    char[] piece = new char[Math.min(PIECE, whole.length() - from)];
    whole.getChars(from, from + piece.length, piece, 0);
    return piece;
  }
}
