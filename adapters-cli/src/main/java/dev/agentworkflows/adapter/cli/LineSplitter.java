package dev.agentworkflows.adapter.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts a program's output into lines, in bounded memory: a line that is longer than the limit is
 * left out, and remembered as such. Bytes that are no UTF-8 become replacement characters.
 */
final class LineSplitter {

  private final int limit;
  private final Listener lines;
  private byte[] line = new byte[8192];
  private int length;
  private boolean tooLong;
  private long leftOut;

  LineSplitter(int limit, Listener lines) {
    this.limit = limit;
    this.lines = lines;
  }

  /** Reads to the end; what stands behind the last line break is a line as well. */
  void read(InputStream in) throws IOException {
    byte[] chunk = new byte[65536];
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      int start = 0;
      for (int i = 0; i < count; i++) {
        if (chunk[i] == '\n') {
          append(chunk, start, i);
          endLine();
          start = i + 1;
        }
      }
      append(chunk, start, count);
    }
    endLine();
  }

  /** How many lines were longer than the limit. */
  long leftOut() {
    return leftOut;
  }

  private void append(byte[] chunk, int from, int to) {
    int more = to - from;
    if (tooLong || more > limit - length) {
      tooLong = true;
      return;
    }
    if (more > line.length - length) {
      int doubled = Math.max(line.length * 2, length + more);
      line = Arrays.copyOf(line, Math.min(limit, doubled));
    }
    System.arraycopy(chunk, from, line, length, more);
    length += more;
  }

  private void endLine() {
    if (tooLong) {
      leftOut++;
      lines.lineLeftOut();
    } else if (length > 0) {
      lines.line(new String(line, 0, length, StandardCharsets.UTF_8));
    }
    tooLong = false;
    length = 0;
  }
}
