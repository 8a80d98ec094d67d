package dev.agentworkflows.coordinator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The programs on a {@code PATH}, and what they say of themselves.
 *
 * @param environment whose {@code PATH} is searched, but for its relative and its empty parts: they
 *     lead into the working directory, where an agent may have written anything, or a clone brought
 *     it. The adapters of agents' programs have their own search, {@code ProgramPath}: the two
 *     modules share the SPI alone, where a search of the {@code PATH} would be a promise to every
 *     adapter
 */
public record Programs(Map<String, String> environment) {

  /** Where the system has its own. */
  private static final String USUAL_PATH = "/usr/bin:/bin";

  private static final Duration USUAL_LIMIT = Duration.ofSeconds(10);

  /** How often output is read: a full pipe holds a program up for so long. */
  private static final Duration POLL = Duration.ofMillis(10);

  private static final int MAX_ANSWER = 4096;

  /** How a program ended, and the beginning of what it said. */
  public record Answer(boolean fine, String said) {

    /** The first line. */
    public String line() {
      return said.lines().findFirst().orElse("no output");
    }

    /** What follows a mark that a line begins with: others may have said something, too. */
    public Optional<String> behind(String mark) {
      return said.lines()
          .filter(line -> line.startsWith(mark))
          .map(line -> line.substring(mark.length()))
          .findFirst();
    }
  }

  /** The first of this name that may be executed. */
  public Optional<Path> find(String program) {
    for (String directory : directories(environment)) {
      try {
        Path path = Path.of(directory, program);
        if (Files.isRegularFile(path) && Files.isExecutable(path)) {
          return Optional.of(path);
        }
      } catch (InvalidPathException e) {
        // The locale can't write it.
      }
    }
    return Optional.empty();
  }

  /** A {@code PATH} that leads to the same places whatever directory a program is started in. */
  public static String absolutePath(Map<String, String> environment) {
    return String.join(":", directories(environment));
  }

  private static List<String> directories(Map<String, String> environment) {
    return Stream.of(environment.getOrDefault("PATH", USUAL_PATH).split(":"))
        .filter(directory -> directory.startsWith("/"))
        .toList();
  }

  /** Runs a program to its end, within ten seconds, and gives what it said. */
  public Answer ask(Path program, String... arguments) throws InterruptedException {
    return run(USUAL_LIMIT, program, arguments);
  }

  /**
   * Runs a program with the coordinator's own environment to its end, and gives what it said. It is
   * ended, with what it started, when its time is over or the caller is interrupted.
   */
  public static Answer run(Duration limit, Path program, String... arguments)
      throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try {
        process.getOutputStream().close();
        return answer(process, limit);
      } finally {
        if (process.isAlive()) {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
        }
      }
    } catch (IOException e) {
      return new Answer(false, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Reads only what is there, and all the while: a program that fills its pipe would wait for a
   * reader, and a child that outlives the program may hold the pipe open.
   */
  private static Answer answer(Process process, Duration limit)
      throws IOException, InterruptedException {
    InputStream output = process.getInputStream();
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    long deadline = System.nanoTime() + limit.toNanos();
    while (!process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      keep(output, kept);
      if (System.nanoTime() - deadline > 0) {
        return new Answer(false, "no answer within " + limit.toSeconds() + " seconds");
      }
    }
    keep(output, kept);
    return new Answer(process.exitValue() == 0, kept.toString(StandardCharsets.UTF_8).strip());
  }

  /** Up to the most that is kept of an answer; what follows is read and forgotten. */
  private static void keep(InputStream output, ByteArrayOutputStream kept) throws IOException {
    byte[] said = output.readNBytes(output.available());
    kept.write(said, 0, Math.min(said.length, MAX_ANSWER - kept.size()));
  }
}
