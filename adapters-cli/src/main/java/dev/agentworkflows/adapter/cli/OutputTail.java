package dev.agentworkflows.adapter.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The last few kilobytes of a program's output, whatever it writes. Where output was cut, the word
 * at the cut goes as well: half a secret would not be known as one.
 */
final class OutputTail {

  private static final int SIZE = 8192;

  private final byte[] ring = new byte[SIZE];
  private long written;

  void read(InputStream in) throws IOException {
    byte[] chunk = new byte[SIZE];
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      append(chunk, count);
    }
  }

  synchronized String text() {
    int kept = (int) Math.min(written, SIZE);
    byte[] tail = new byte[kept];
    for (int i = 0; i < kept; i++) {
      tail[i] = ring[(int) ((written - kept + i) % SIZE)];
    }
    String text = new String(tail, StandardCharsets.UTF_8);
    String whole = (written > SIZE ? afterFirstWord(text) : text).strip();
    // Nothing left to show is not nothing written.
    return whole.isEmpty() && written > SIZE ? "one word of %d bytes".formatted(written) : whole;
  }

  private static String afterFirstWord(String text) {
    int end = 0;
    while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
      end++;
    }
    return text.substring(end);
  }

  private synchronized void append(byte[] chunk, int count) {
    for (int i = 0; i < count; i++) {
      ring[(int) (written++ % SIZE)] = chunk[i];
    }
  }
}
