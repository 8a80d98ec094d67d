package dev.agentworkflows.coordinator.mcp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines in UTF-8, of which none takes more memory than it may. For one thread. */
final class BoundedLines {

  /**
   * @param text empty of a line that is too long
   */
  record Line(String text, boolean isTooLong) {}

  private final InputStream in;
  private final int maxBytes;

  BoundedLines(InputStream in, int maxBytes) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.maxBytes = maxBytes;
  }

  /** The next line; of one that is too long, only that it was there. Null at the end. */
  @Nullable Line next() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    boolean tooLong = false;
    int b = in.read();
    if (b < 0) {
      return null;
    }
    while (b >= 0 && b != '\n') {
      if (bytes.size() < maxBytes) {
        bytes.write(b);
      } else {
        tooLong = true;
      }
      b = in.read();
    }
    return tooLong
        ? new Line("", true)
        : new Line(bytes.toString(StandardCharsets.UTF_8).stripTrailing(), false);
  }
}
