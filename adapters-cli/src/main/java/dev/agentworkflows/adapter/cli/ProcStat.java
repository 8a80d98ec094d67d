package dev.agentworkflows.adapter.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What Linux tells of a process in one line, {@code /proc/PID/stat}.
 *
 * @param started when it was made, in ticks of the system's: only good for comparing
 */
record ProcStat(char state, long parent, long started) {

  /** The line is shorter, and comes in one piece. */
  private static final int SIZE = 2048;

  private static final int FIELDS = 20;

  /** Null when it has ended, or where there is no such file. */
  static @Nullable ProcStat of(long pid) {
    try (InputStream in = new FileInputStream("/proc/" + pid + "/stat")) {
      byte[] bytes = new byte[SIZE];
      int length = Math.max(0, in.read(bytes));
      return parse(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable ProcStat parse(String line) {
    // The program's name comes first, in parentheses, and may hold anything.
    String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", FIELDS + 1);
    return fields.length <= FIELDS
        ? null
        : new ProcStat(fields[0].charAt(0), Long.parseLong(fields[1]), Long.parseLong(fields[19]));
  }

  /** Dead, but not yet collected by its parent: in some containers nobody ever does. */
  boolean isZombie() {
    return state == 'Z';
  }
}
