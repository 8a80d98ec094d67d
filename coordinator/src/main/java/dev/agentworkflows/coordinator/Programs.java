package dev.agentworkflows.coordinator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
 *     it
 */
public record Programs(Map<String, String> environment) {

  /** Where the system has its own. */
  private static final String USUAL_PATH = "/usr/bin:/bin";

  private static final long PATIENCE_SECONDS = 10;
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
        if (Files.isExecutable(path) && !Files.isDirectory(path)) {
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

  /** Runs a program to its end and gives what it said; bounded in time. */
  public Answer ask(Path program, String... arguments) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return new Answer(false, "no answer within " + PATIENCE_SECONDS + " seconds");
      }
      return new Answer(process.exitValue() == 0, output(process.getInputStream()));
    } catch (IOException e) {
      return new Answer(false, String.valueOf(e.getMessage()));
    }
  }

  /** Only what is there: a child that outlives the program may hold its pipe open. */
  private static String output(InputStream output) throws IOException {
    byte[] said = output.readNBytes(Math.min(output.available(), MAX_ANSWER));
    return new String(said, StandardCharsets.UTF_8).strip();
  }
}
