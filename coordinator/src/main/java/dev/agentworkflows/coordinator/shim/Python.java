package dev.agentworkflows.coordinator.shim;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.OwnerOnly;
import dev.agentworkflows.coordinator.home.UserCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The interpreter that scripts run in: {@code --python}, {@code OWF_PYTHON}, {@code
 * $VIRTUAL_ENV}'s, else {@code python3} on {@code PATH}.
 *
 * @param executable the real interpreter, behind any version manager's wrapper
 * @param version as it says itself: {@code 3.12.1}
 */
public record Python(Path executable, String version) {

  private static final int OLDEST_MINOR = 10;
  private static final long PROBE_SECONDS = 10;

  /**
   * Asked once for each interpreter: a virtual environment's own executable is kept, because its
   * packages hang on it; a wrapper is replaced by what it starts, because it costs 80 ms each time.
   */
  private static final String PROBE =
      "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)";

  /** Where a candidate came from, for messages. */
  private record Candidate(String source, Path path) {}

  /** Finds the interpreter, or says what was tried. */
  public static Python find(
      @Nullable String option, Map<String, String> environment, UserCache cache) {
    List<String> tried = new ArrayList<>();
    Optional<Candidate> candidate = candidate(option, environment, tried);
    if (candidate.isEmpty()) {
      throw new RefusedException(
          "no Python found: "
              + String.join(", ", tried)
              + ".\nInstall Python 3.10 or newer, or name one with --python FILE or OWF_PYTHON.");
    }
    return probe(candidate.get(), cache);
  }

  private static Optional<Candidate> candidate(
      @Nullable String option, Map<String, String> environment, List<String> tried) {
    if (option != null) {
      return named("--python", option, environment, tried);
    }
    String configured = environment.get("OWF_PYTHON");
    if (configured != null && !configured.isBlank()) {
      return named("OWF_PYTHON", configured, environment, tried);
    }
    String virtual = environment.get("VIRTUAL_ENV");
    if (virtual != null && !virtual.isBlank()) {
      Path path = Path.of(virtual, "bin", "python3");
      if (Files.isExecutable(path)) {
        return Optional.of(new Candidate("VIRTUAL_ENV", path));
      }
      tried.add("no " + path + " (VIRTUAL_ENV)");
    }
    Optional<Path> onPath = onPath("python3", environment);
    if (onPath.isEmpty()) {
      tried.add("no python3 on PATH");
    }
    return onPath.map(path -> new Candidate("PATH", path));
  }

  /** A person's own choice is taken or refused, never replaced by another. */
  private static Optional<Candidate> named(
      String source, String value, Map<String, String> environment, List<String> tried) {
    Optional<Path> path =
        value.contains("/")
            ? Optional.of(Path.of(value).toAbsolutePath()).filter(Files::isExecutable)
            : onPath(value, environment);
    if (path.isEmpty()) {
      tried.add(source + " " + value + " is no program");
    }
    return path.map(found -> new Candidate(source, found));
  }

  private static Optional<Path> onPath(String program, Map<String, String> environment) {
    for (String directory : environment.getOrDefault("PATH", "").split(":", -1)) {
      Path path = Path.of(directory.isEmpty() ? "." : directory, program).toAbsolutePath();
      if (Files.isExecutable(path) && !Files.isDirectory(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private static Python probe(Candidate candidate, UserCache cache) {
    Path memory = cache.directory().resolve("python");
    String key = key(candidate.path());
    Optional<Python> remembered = remembered(memory, key);
    if (remembered.isPresent()) {
      return remembered.get();
    }
    Python python = ask(candidate);
    try {
      OwnerOnly.createDirectories(cache.directory());
      OwnerOnly.write(memory, key + "\n" + python.version + "\n" + python.executable + "\n");
    } catch (IOException e) {
      // Asked again next time.
      System.getLogger(Python.class.getName())
          .log(System.Logger.Level.DEBUG, "interpreter not remembered", e);
    }
    return python;
  }

  /**
   * Changes when the program behind the path does, and when a version manager may choose another.
   */
  private static String key(Path path) {
    try {
      Path real = path.toRealPath();
      FileTime modified = Files.getLastModifiedTime(real);
      String chosen = String.valueOf(System.getenv("PYENV_VERSION"));
      return path
          + "|"
          + real
          + "|"
          + modified.toMillis()
          + "|"
          + Files.size(real)
          + "|"
          + chosen
          + "|"
          + versionFiles();
    } catch (IOException e) {
      return path.toString();
    }
  }

  /** Files by which version managers choose an interpreter for a directory. */
  private static String versionFiles() throws IOException {
    StringBuilder found = new StringBuilder();
    for (Path directory = Path.of("").toAbsolutePath();
        directory != null;
        directory = directory.getParent()) {
      for (String name : List.of(".python-version", ".tool-versions")) {
        Path file = directory.resolve(name);
        if (Files.exists(file)) {
          found.append(file).append('@').append(Files.getLastModifiedTime(file).toMillis());
        }
      }
    }
    return found.toString();
  }

  private static Optional<Python> remembered(Path memory, String key) {
    try {
      List<String> lines = Files.readAllLines(memory);
      if (lines.size() == 3 && lines.get(0).equals(key)) {
        Path executable = Path.of(lines.get(2));
        if (Files.isExecutable(executable)) {
          return Optional.of(new Python(executable, lines.get(1)));
        }
      }
    } catch (IOException e) {
      // Nothing remembered yet.
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static Python ask(Candidate candidate) {
    String named = candidate.path() + " (" + candidate.source() + ")";
    List<String> answer;
    try {
      Process process =
          new ProcessBuilder(candidate.path().toString(), "-I", "-c", PROBE)
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      // Before its output is read: two lines fit into a pipe, and reading has no time limit.
      if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new RefusedException(named + " does not answer. Name another with --python FILE.");
      }
      byte[] output = process.getInputStream().readAllBytes();
      answer = new String(output, StandardCharsets.UTF_8).lines().toList();
      if (process.exitValue() != 0 || answer.size() != 2) {
        throw new RefusedException(
            named
                + " does not work: "
                + (answer.isEmpty() ? "no output" : answer.get(0))
                + "\nInstall Python 3.10 or newer, or name one with --python FILE or OWF_PYTHON.");
      }
    } catch (IOException e) {
      throw new RefusedException(named + " can't be started: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted while asking " + named + " for its version.", e);
    }
    String version = answer.get(0);
    if (!isNewEnough(version)) {
      throw new RefusedException(
          named
              + " is Python "
              + version
              + ", and workflows need 3.10 or newer."
              + "\nInstall one, or name it with --python FILE or OWF_PYTHON.");
    }
    return new Python(Path.of(answer.get(1)), version);
  }

  private static boolean isNewEnough(String version) {
    String[] parts = version.split("\\.", -1);
    int major = Integer.parseInt(parts[0]);
    return major > 3 || (major == 3 && Integer.parseInt(parts[1]) >= OLDEST_MINOR);
  }
}
