package dev.agentworkflows.coordinator.shim;

import dev.agentworkflows.coordinator.OwnThread;
import dev.agentworkflows.coordinator.Programs;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ScriptRefusal;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.home.UserCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private static final long PROBE_SECONDS = 60;

  /** Begins the line that answers, among whatever else an interpreter prints when it starts. */
  private static final String MARK = "owf-interpreter";

  /** Of the output of a start that answers nothing, so much is read. */
  private static final int MAX_OUTPUT = 1 << 20;

  /**
   * Asked once for each interpreter: a virtual environment's own executable is kept, because its
   * packages hang on it; a wrapper is replaced by what it starts, because it costs 80 ms each time.
   */
  private static final String PROBE =
      "import sys; print('\\n"
          + MARK
          + "', '%d.%d.%d' % sys.version_info[:3], sys.executable, sep='\\t', flush=True)";

  private static final int LINES_OF_ONE = 3;

  /** Besides the last: environments that somebody goes back and forth between. */
  private static final int MAX_REMEMBERED = 7;

  private static final int MAX_BYTES = 64 * 1024;

  /** Where a candidate came from, for messages. */
  private record Candidate(String source, Path path) {}

  /**
   * Where an interpreter is looked for.
   *
   * @param directory of whoever looks: paths are relative to it, and version managers choose by it
   */
  public record Search(Map<String, String> variables, Path directory, UserCache cache) {

    /** The interpreter that is named or usual; or says what was tried. */
    public Python find(@Nullable String option) {
      List<String> tried = new ArrayList<>();
      Optional<Candidate> candidate = candidate(option, this, tried);
      if (candidate.isEmpty()) {
        throw new RefusedException(new ScriptRefusal.NoPython(List.copyOf(tried)));
      }
      return probe(candidate.get(), this);
    }
  }

  private static Optional<Candidate> candidate(
      @Nullable String option, Search search, List<String> tried) {
    Map<String, String> environment = search.variables();
    if (option != null) {
      return named("option", option, search, tried);
    }
    String configured = environment.get("OWF_PYTHON");
    if (configured != null && !configured.isBlank()) {
      return named("OWF_PYTHON", configured, search, tried);
    }
    String virtual = environment.get("VIRTUAL_ENV");
    if (virtual != null && !virtual.isBlank()) {
      Path path = Path.of(virtual, "bin", "python3");
      if (Files.isExecutable(path)) {
        return Optional.of(new Candidate("VIRTUAL_ENV", path));
      }
      tried.add("no " + path + " (VIRTUAL_ENV)");
    }
    Optional<Path> onPath = new Programs(environment).find("python3");
    if (onPath.isEmpty()) {
      tried.add("no python3 on PATH");
    }
    return onPath.map(path -> new Candidate("PATH", path));
  }

  /** A person's own choice is taken or refused, never replaced by another. */
  private static Optional<Candidate> named(
      String source, String value, Search search, List<String> tried) {
    Optional<Path> path =
        value.contains("/")
            ? Optional.of(search.directory().resolve(value).toAbsolutePath())
                .filter(Files::isExecutable)
            : new Programs(search.variables()).find(value);
    if (path.isEmpty()) {
      tried.add(value + " (" + source + ") is no program");
    }
    return path.map(found -> new Candidate(source, found));
  }

  private static Python probe(Candidate candidate, Search search) {
    UserCache cache = search.cache();
    Path memory = cache.directory().resolve("python");
    String key = key(candidate.path(), search);
    List<String> remembered = linesOf(memory);
    for (int i = 0; i + LINES_OF_ONE <= remembered.size(); i += LINES_OF_ONE) {
      if (remembered.get(i).equals(key)) {
        Optional<Path> executable = executable(remembered.get(i + 2));
        if (executable.isPresent()) {
          return new Python(executable.get(), remembered.get(i + 1));
        }
      }
    }
    Python python = ask(candidate, search);
    if (key.indexOf('\n') >= 0) {
      return python;
    }
    try {
      PrivateFiles.createDirectories(cache.directory());
      Stream<String> others = remembered.stream().limit(MAX_REMEMBERED * LINES_OF_ONE);
      PrivateFiles.write(
          memory,
          Stream.concat(Stream.of(key, python.version, python.executable.toString()), others)
              .collect(Collectors.joining("\n", "", "\n")));
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
  private static String key(Path path, Search search) {
    try {
      Path real = path.toRealPath();
      FileTime modified = Files.getLastModifiedTime(real);
      String chosen = search.variables().get("PYENV_VERSION");
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
          + versionFiles(search.directory());
    } catch (IOException e) {
      return path.toString();
    }
  }

  /** Files by which version managers choose an interpreter for a directory. */
  private static String versionFiles(Path below) throws IOException {
    StringBuilder found = new StringBuilder();
    for (Path directory = below.toAbsolutePath();
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

  /** Three lines each: the key, the version, the program; the newest first. */
  private static List<String> linesOf(Path memory) {
    try {
      List<String> lines = PrivateFiles.read(memory, MAX_BYTES).lines().toList();
      return lines.size() % LINES_OF_ONE == 0 ? lines : List.of();
    } catch (IOException e) {
      // Nothing remembered yet, or nothing of ours.
      return List.of();
    }
  }

  private static Optional<Path> executable(String path) {
    try {
      return Optional.of(Path.of(path)).filter(Files::isExecutable);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Python ask(Candidate candidate, Search search) {
    String named = candidate.path() + " (" + candidate.source() + ")";
    String output;
    try {
      output = outputOfProbe(candidate, search, named);
    } catch (IOException e) {
      throw new RefusedException(
          new ScriptRefusal.PythonNotStarted(named, FileErrors.reason(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException(new ScriptRefusal.PythonInterrupted(named), e);
    }
    String[] answer =
        output
            .lines()
            .filter(line -> line.startsWith(MARK + "\t"))
            .findFirst()
            .map(line -> line.split("\t", 3))
            .orElseThrow(() ->
                new RefusedException(new ScriptRefusal.PythonBroken(named, firstLine(output))));
    String version = answer[1];
    if (!isNewEnough(version)) {
      throw new RefusedException(new ScriptRefusal.PythonTooOld(named, version));
    }
    return new Python(Path.of(answer[2]), version);
  }

  private static String firstLine(String output) {
    return output.lines().filter(line -> !line.isBlank()).findFirst().orElse("no output");
  }

  /**
   * All that the interpreter printed, on both streams: what is no answer tells why there is none.
   */
  private static String outputOfProbe(Candidate candidate, Search search, String named)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(candidate.path().toString(), "-I", "-c", PROBE)
            .directory(search.directory().toAbsolutePath().toFile())
            .redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(search.variables());
    Process process = builder.start();
    process.getOutputStream().close();
    // On a thread: reading has no time limit, and a process whose output nobody reads does not end.
    CompletableFuture<byte[]> output =
        CompletableFuture.supplyAsync(
            () -> {
              try (InputStream printed = process.getInputStream()) {
                return printed.readNBytes(MAX_OUTPUT);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            OwnThread.named("interpreter-probe"));
    try {
      return new String(output.get(PROBE_SECONDS, TimeUnit.SECONDS), StandardCharsets.UTF_8);
    } catch (TimeoutException e) {
      throw new RefusedException(new ScriptRefusal.PythonSilent(named), e);
    } catch (ExecutionException e) {
      throw new IOException("its output cannot be read", e.getCause());
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean isNewEnough(String version) {
    String[] parts = version.split("\\.", -1);
    int major = Integer.parseInt(parts[0]);
    return major > 3 || (major == 3 && Integer.parseInt(parts[1]) >= OLDEST_MINOR);
  }
}
