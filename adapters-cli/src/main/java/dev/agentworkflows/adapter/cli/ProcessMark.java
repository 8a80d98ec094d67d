package dev.agentworkflows.adapter.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A variable in the environment of one call's processes that no other process has. Children inherit
 * it, so it finds also those that changed their parent, their group or their session.
 */
record ProcessMark(String value) {

  static final String VARIABLE = "OWF_AGENT_PROCESS";

  private static final Path PROC = Path.of("/proc");

  static ProcessMark fresh() {
    return new ProcessMark(UUID.randomUUID().toString());
  }

  void putInto(Map<String, String> environment) {
    environment.put(VARIABLE, value);
  }

  /** As it stands in an environment. */
  String entry() {
    return VARIABLE + "=" + value;
  }

  /** The running processes of this user that carry the mark; one that is just ending may miss. */
  Set<ProcessHandle> carriers() {
    Set<ProcessHandle> carriers = new HashSet<>();
    for (long pid : Files.isReadable(PROC.resolve("self/environ")) ? fromProc() : fromPs()) {
      ProcessHandle.of(pid).ifPresent(carriers::add);
    }
    return carriers;
  }

  private Set<Long> fromProc() {
    Set<Long> pids = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (carriesMark(process.resolve("environ"))) {
          pids.add(Long.parseLong(process.getFileName().toString()));
        }
      }
    } catch (IOException e) {
      // What was found so far is what can be known; the caller looks again until nothing is left.
      return pids;
    }
    return pids;
  }

  private boolean carriesMark(Path environ) {
    try {
      // Any byte is one character: an environment need not be text.
      return new String(Files.readAllBytes(environ), StandardCharsets.ISO_8859_1).contains(entry());
    } catch (IOException e) {
      return false; // It has ended, or it is another user's.
    }
  }

  /** Where there is no /proc, as on macOS: ps shows the environment behind the command line. */
  private Set<Long> fromPs() {
    Set<Long> pids = new HashSet<>();
    try {
      Process ps =
          new ProcessBuilder("ps", "axeww", "-o", "pid=,command=")
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (BufferedReader lines = ps.inputReader(StandardCharsets.ISO_8859_1)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.contains(entry())) {
            pids.add(Long.parseLong(line.strip().split(" ", 2)[0]));
          }
        }
      }
    } catch (IOException | NumberFormatException e) {
      return pids;
    }
    return pids;
  }
}
