package dev.agentworkflows.adapter.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The processes of this machine at one moment: who has which children, and who carries a mark.
 *
 * <p>Read in one pass, with one small file for each process and one more for each that started
 * after a given moment: a call's end waits for it.
 */
final class ProcessTable {

  private static final File PROC = new File("/proc");

  /** The parent of all threads of Linux's kernel, which have no environment. */
  private static final long KTHREADD = 2;

  private final String entry;
  private final Map<Long, List<Long>> children = new HashMap<>();
  private final Set<Long> carriers = new HashSet<>();
  private boolean certain = true;

  private ProcessTable(ProcessMark mark) {
    entry = mark.entry();
  }

  /**
   * Never fails: what can't be read is not in it.
   *
   * @param since leaves out older processes, where the system says when they started; see {@link
   *     ProcStat#started}
   */
  static ProcessTable read(ProcessMark mark, long since) {
    return new File(PROC, "self/environ").canRead() ? ofProc(mark, since) : ofPs(mark);
  }

  static ProcessTable ofProc(ProcessMark mark, long since) {
    ProcessTable table = new ProcessTable(mark);
    table.readProc(since);
    return table;
  }

  /** Where there is no /proc, as on macOS: ps shows the environment behind the command line. */
  static ProcessTable ofPs(ProcessMark mark) {
    ProcessTable table = new ProcessTable(mark);
    table.readPs();
    return table;
  }

  /**
   * Whether nothing was hidden. While a process changes its program, and for a moment it has
   * neither the old environment nor the new one, it can't be told whether it carries the mark.
   */
  boolean isCertain() {
    return certain;
  }

  /** Those that carry the mark, these, and all that descend from either. */
  Set<Long> family(Collection<Long> these) {
    Set<Long> family = new HashSet<>();
    Deque<Long> next = new ArrayDeque<>(these);
    next.addAll(carriers);
    while (!next.isEmpty()) {
      long pid = next.pop();
      if (family.add(pid)) {
        next.addAll(children.getOrDefault(pid, List.of()));
      }
    }
    return family;
  }

  private void readProc(long since) {
    String[] names = PROC.list();
    for (String name : names == null ? new String[0] : names) {
      if (Character.isDigit(name.charAt(0))) {
        long pid = Long.parseLong(name);
        ProcStat stat = ProcStat.of(pid);
        // A dead one has neither children nor an environment.
        if (stat != null && !stat.isZombie() && stat.started() >= since) {
          readProc(pid, stat.parent());
        }
      }
    }
  }

  private void readProc(long pid, long parent) {
    add(pid, parent);
    String environment = environment(pid);
    if (environment != null && environment.contains(entry)) {
      carriers.add(pid);
    }
    boolean kernels = pid == KTHREADD || parent == KTHREADD;
    certain &= kernels || environment == null || !environment.isEmpty();
  }

  private void add(long pid, long parent) {
    children.computeIfAbsent(parent, ignored -> new ArrayList<>()).add(pid);
  }

  /** Any byte is one character: it need not be text. Null when it can't be read. */
  private static @Nullable String environment(long pid) {
    try (InputStream in = new FileInputStream(new File(PROC, pid + "/environ"))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return null; // It has ended, or it is another user's.
    }
  }

  private void readPs() {
    try {
      Process ps =
          new ProcessBuilder("ps", "axeww", "-o", "pid=,ppid=,command=")
              .redirectInput(new File("/dev/null"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (BufferedReader lines = ps.inputReader(StandardCharsets.ISO_8859_1)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          readPs(line.strip().split(" +", 3));
        }
      }
    } catch (IOException | NumberFormatException e) {
      certain = false; // What was read so far is what can be known.
    }
  }

  private void readPs(String[] columns) {
    if (columns.length == 3) {
      long pid = Long.parseLong(columns[0]);
      add(pid, Long.parseLong(columns[1]));
      if (columns[2].contains(entry)) {
        carriers.add(pid);
      }
    }
  }
}
