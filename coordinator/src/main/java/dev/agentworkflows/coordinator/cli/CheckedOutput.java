package dev.agentworkflows.coordinator.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers why it could not be written to: streams for people throw that away. Thread-safe, as
 * what it writes to.
 */
final class CheckedOutput extends OutputStream {

  private final OutputStream target;
  private volatile @Nullable IOException failure;

  CheckedOutput(OutputStream target) {
    this.target = target;
  }

  /** Why something was not written; empty when everything was. */
  Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      target.write(bytes, offset, length);
    } catch (IOException e) {
      failed(e);
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      target.flush();
    } catch (IOException e) {
      failed(e);
      throw e;
    }
  }

  private void failed(IOException e) {
    if (failure == null) {
      failure = e;
    }
  }
}
