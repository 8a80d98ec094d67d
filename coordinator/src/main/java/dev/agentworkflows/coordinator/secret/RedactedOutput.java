package dev.agentworkflows.coordinator.secret;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.function.Supplier;

/**
 * A stream that lets no key through. Lines go on as a whole, since keys have no line breaks; bytes
 * without a key go on as they are, whatever they mean. Thread-safe.
 */
public final class RedactedOutput extends OutputStream {

  private final OutputStream target;
  private final int patience;
  private final Supplier<Redactor> redactor;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

  /**
   * @param patience how many bytes may wait for more, once their line is complete
   * @param redactor asked whenever something goes on
   */
  public RedactedOutput(OutputStream target, int patience, Supplier<Redactor> redactor) {
    this.target = target;
    this.patience = patience;
    this.redactor = redactor;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    int lines = length;
    while (lines > 0 && bytes[offset + lines - 1] != '\n') {
      lines--;
    }
    waiting.write(bytes, offset, lines);
    if (lines > 0 && waiting.size() > patience) {
      pass();
    }
    waiting.write(bytes, offset + lines, length - lines);
  }

  private void pass() throws IOException {
    byte[] bytes = waiting.toByteArray();
    waiting.reset();
    String text = new String(bytes, UTF_8);
    Charset charset = UTF_8;
    if (text.indexOf('\uFFFD') >= 0) {
      // Not all of it is text: no byte of the rest may change.
      text = new String(bytes, ISO_8859_1);
      charset = ISO_8859_1;
    }
    String redacted = redactor.get().redact(text);
    target.write(redacted.equals(text) ? bytes : redacted.getBytes(charset));
  }

  /** Also what is only half a line. */
  @Override
  public synchronized void flush() throws IOException {
    if (waiting.size() > 0) {
      pass();
    }
    target.flush();
  }

  @Override
  public synchronized void close() throws IOException {
    flush();
    target.close();
  }
}
