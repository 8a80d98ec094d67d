package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.JsonNode;

/**
 * The installed product of one test class: a user's home, cache and workflow home of its own, and
 * the real jar. Nothing of the environment that the tests run in reaches it but {@code PATH}. What
 * it started is gone after the class.
 */
public final class Owf implements BeforeAllCallback, AfterAllCallback {

  private static final String JAR =
      Path.of(System.getProperty("owf.jar", "")).toAbsolutePath().normalize().toString();
  private static final List<String> ARCHIVE = LauncherArchive.flags(Path.of(JAR));
  private static final String PYTHON = System.getProperty("owf.python", "python3");

  /** With {@code -Dit.up=true}, commands go through a coordinator that is up, if it takes them. */
  private static final boolean UP = Boolean.getBoolean("owf.up");

  private final Map<String, String> environment = new LinkedHashMap<>();
  private final ConcurrentLinkedQueue<OwfProcess> started = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Process> talking = new ConcurrentLinkedQueue<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private @Nullable Path root;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    assertThat(Path.of(JAR)).as("the jar (./mvnw package makes it)").isRegularFile();
    // The real path: scripts tell of themselves by it, and /tmp is a link on macOS.
    root = Files.createTempDirectory("owf-it-").toRealPath();
    Files.createDirectories(userHome());
    Files.createDirectories(directory());
    environment.put("PATH", System.getenv().getOrDefault("PATH", ""));
    environment.put("HOME", userHome().toString());
    environment.put("LANG", "C.UTF-8");
    environment.put("XDG_CACHE_HOME", cache().toString());
    environment.put("OWF_HOME", home().toString());
    if (!PYTHON.equals("python3")) {
      environment.put("OWF_PYTHON", PYTHON);
    }
    if (UP) {
      up();
    }
  }

  private void up() throws IOException {
    Path runtime = Files.createDirectory(root().resolve("rt"));
    Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
    environment.put("XDG_RUNTIME_DIR", runtime.toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    program(java("up", "--foreground", "--idle", "0")).start().awaitOutput("up: ");
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    started.forEach(OwfProcess::kill);
    talking.forEach(process -> {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    });
    try (Stream<Path> all = Files.walk(root())) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private Path root() {
    if (root == null) {
      throw new IllegalStateException("register Owf with @RegisterExtension on a static field");
    }
    return root;
  }

  /** The home of runs. */
  public Path home() {
    return root().resolve("workflow-home");
  }

  public Path userHome() {
    return root().resolve("user");
  }

  public Path cache() {
    return root().resolve("cache");
  }

  /** Where scripts are, and where commands run unless they say otherwise. */
  public Path directory() {
    return root().resolve("project");
  }

  /** The Python that stands for the user's own. */
  public static String python() {
    return PYTHON;
  }

  /** Writes a file below {@link #directory()}; the text may be another one than before. */
  public Path script(String name, String text) {
    return write(directory().resolve(name), text);
  }

  public static Path write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command line of the product, not started yet. */
  public Invocation command(String... arguments) {
    if (UP) {
      Path launcher = Path.of(JAR).resolve("../../../owf").normalize();
      return program(Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments)).toList());
    }
    return program(java(arguments));
  }

  private static List<String> java(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                // The launcher's own flags: half the start of plain `java -jar`.
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
    command.addAll(ARCHIVE);
    command.addAll(List.of("-jar", JAR));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Any program, in the environment of the product's user. */
  public Invocation program(List<String> command) {
    return new Invocation(command);
  }

  /** Runs the product to its end. */
  public Finished run(String... arguments) {
    return command(arguments).run();
  }

  /** Runs the product with {@code --json} to an end that must be fine. */
  public JsonNode json(String... arguments) {
    Finished finished = command(arguments).and("--json").run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished.json();
  }

  /** Runs a script that is in nobody's way, and gives what {@code run --json} says. */
  public Finished runScript(String text, String... options) {
    Path script = script("script_" + numbers.incrementAndGet() + ".py", text);
    return command("run", script.toString(), "--json").and(options).run();
  }

  /** A script's output after a run that must be done. */
  public JsonNode output(String text, String... options) {
    Finished finished = runScript(text, options);
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished.json().get("output");
  }

  /** The calls of a run. */
  public JsonNode calls(String run) {
    return json("calls", run);
  }

  /** One start of a program, being put together. */
  public final class Invocation {

    private final List<String> command;
    private final Map<String, String> variables = new LinkedHashMap<>(environment);
    private Path directory = directory();

    private Invocation(List<String> command) {
      this.command = new ArrayList<>(command);
    }

    public Invocation and(String... arguments) {
      command.addAll(List.of(arguments));
      return this;
    }

    /** Has another program start it: one that takes the command line as its last arguments. */
    public Invocation after(List<String> starter) {
      command.addAll(0, starter);
      return this;
    }

    /**
     * Makes Ctrl-C what it is at a terminal: it goes to a group of processes, of whom none ignores
     * it (as those do that a build server starts in the background).
     */
    public Invocation asAtATerminal() {
      return after(
          List.of(
              python(),
              "-c",
              "import os, signal, sys; os.setpgid(0, 0);"
                  + " signal.signal(signal.SIGINT, signal.SIG_DFL);"
                  + " os.execvp(sys.argv[1], sys.argv[1:])"));
    }

    public Invocation with(String variable, String value) {
      variables.put(variable, value);
      return this;
    }

    public Invocation without(String variable) {
      variables.remove(variable);
      return this;
    }

    public Invocation in(Path directory) {
      this.directory = directory;
      return this;
    }

    /** Starts it; whoever does so waits for its end. */
    public OwfProcess start() {
      int number = numbers.incrementAndGet();
      File out = root().resolve("out-" + number).toFile();
      File err = root().resolve("err-" + number).toFile();
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(new File("/dev/null"))
              .redirectOutput(out)
              .redirectError(err);
      builder.environment().clear();
      builder.environment().putAll(variables);
      try {
        OwfProcess process = new OwfProcess(command, builder.start(), out.toPath(), err.toPath());
        started.add(process);
        return process;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Starts it with pipes to talk through; its standard error goes to nobody. */
    public Process talk() {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().clear();
      builder.environment().putAll(variables);
      try {
        Process process = builder.start();
        talking.add(process);
        return process;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public Finished run() {
      return start().finish();
    }
  }

  /**
   * How a process ended.
   *
   * @param out standard output as it was written
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, compared never.
  public record Finished(List<String> command, int exitCode, byte[] out, String stderr) {

    public String stdout() {
      return new String(out, StandardCharsets.UTF_8);
    }

    /** Standard output as the one JSON document that it must be. */
    public JsonNode json() {
      return Json.read(stdout());
    }

    /** For assertions that fail: what was run, and what it said. */
    @Override
    public String toString() {
      String shown = stdout();
      return command.subList(Math.max(0, command.indexOf(JAR)), command.size())
          + " ended with "
          + exitCode
          + "\nstdout: "
          + (shown.length() > 4000 ? shown.substring(0, 4000) + "…" : shown)
          + "\nstderr: "
          + stderr;
    }
  }
}
