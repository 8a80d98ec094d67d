package dev.agentworkflows.it.agents;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A model on loopback that answers as its fixtures say, in the form of any vendor. */
record MockModel(Process process, String url) implements AutoCloseable {

  private static final String LISTENING = "listening on ";

  /**
   * @param programs the directory that holds {@code llmock}
   * @param fixtures a file, as aimock reads it
   */
  static MockModel start(Path programs, Path home, Path fixtures) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                programs.resolve("llmock").toString(), "-p", "0", "-f", fixtures.toString())
            .redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    Process started = builder.start();
    // Read on, or the model blocks when the pipe is full.
    BufferedReader lines = started.inputReader();
    StringBuilder said = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      said.append(line).append('\n');
      int at = line.indexOf(LISTENING);
      if (at >= 0) {
        drain(lines);
        return new MockModel(started, line.substring(at + LISTENING.length()).strip());
      }
    }
    throw new IOException("llmock did not start: " + said);
  }

  private static void drain(BufferedReader lines) {
    Thread reader = new Thread(() -> lines.lines().forEach(line -> {}), "llmock-output");
    reader.setDaemon(true);
    reader.start();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** A directory with all that is in it. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
