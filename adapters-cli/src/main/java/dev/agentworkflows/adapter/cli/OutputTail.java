package dev.agentworkflows.adapter.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The last few kilobytes of a program's output, whatever it writes. Where output was cut, the words
 * next to the cut go as well: half a secret would not be known as one.
 */
final class OutputTail {

  private static final int SIZE = 8192;
  private static final int CUT_WITH_IT = 1024;

  private final byte[] ring = new byte[SIZE];
  private long written;

  void read(InputStream in) throws IOException {
    byte[] chunk = new byte[SIZE];
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      append(chunk, count);
    }
  }

  synchronized String text() {
    int kept = (int) (written <= SIZE ? written : SIZE - CUT_WITH_IT);
    byte[] tail = new byte[kept];
    for (int i = 0; i < kept; i++) {
      tail[i] = ring[(int) ((written - kept + i) % SIZE)];
    }
    return new String(tail, StandardCharsets.UTF_8).strip();
  }

  private synchronized void append(byte[] chunk, int count) {
    for (int i = 0; i < count; i++) {
      ring[(int) (written++ % SIZE)] = chunk[i];
    }
  }
}
