package dev.agentworkflows.it.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test of {@code owf up}, with a runtime directory of its own. */
abstract class UpTest {

  static final Path CHECKOUT =
      Path.of(System.getProperty("owf.jar", "")).toAbsolutePath().resolve("../../..").normalize();
  static final String ONE_KEY = "sk-one-4711-abcdefghijklmnop";
  static final String OTHER_KEY = "sk-two-0815-qrstuvwxyzabcdef";

  /** A new one for each test, below which sockets have short paths. */
  @TempDir Path runtime;

  private final Owf owf;

  UpTest(Owf owf) {
    this.owf = owf;
  }

  @BeforeEach
  void ours() throws IOException {
    Files.setPosixFilePermissions(runtime, PosixFilePermissions.fromString("rwx------"));
  }

  @AfterEach
  void down() throws IOException {
    if (Files.isDirectory(directory())) {
      Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwx------"));
      typed("down").run();
    }
  }

  Path directory() {
    return runtime.resolve("owf/up");
  }

  Owf.Invocation typed(String... words) {
    return typedIn(CHECKOUT, words);
  }

  Owf.Invocation typedIn(Path checkout, String... words) {
    return owf.program(
            Stream.concat(Stream.of(checkout.resolve("owf").toString()), Stream.of(words)).toList())
        .with("JAVA_HOME", System.getProperty("java.home"))
        .with("XDG_RUNTIME_DIR", runtime.toString());
  }

  /** Gives the id of its process. */
  long up(String... options) {
    Finished finished = typed("up").and(options).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stdout())
        .matches(
            "up: process \\d+ since \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ, \\d+ commands?; "
                + "(ends after .* without a command|does not end by itself)\n");
    return Long.parseLong(finished.stdout().split(" ")[2]);
  }

  /** What {@code up --status --json} says; empty when there is none. */
  Optional<Status> status() {
    Finished finished = typed("up", "--status", "--json").run();
    assertThat(finished.json().get("up").asBoolean()).isEqualTo(finished.exitCode() == 0);
    return finished.exitCode() == 0
        ? Optional.of(
            new Status(
                finished.json().get("pid").asLong(), finished.json().get("commands").asLong()))
        : Optional.empty();
  }

  record Status(long pid, long commands) {}

  long carriedOut() {
    return status().orElseThrow().commands();
  }

  static ProcessHandle process(Status status) {
    return ProcessHandle.of(status.pid()).orElseThrow();
  }

  static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  static void signal(String signal, long pid) throws Exception {
    Process kill = new ProcessBuilder("/bin/kill", signal, Long.toString(pid)).start();
    assertThat(kill.waitFor()).isZero();
  }

  static void assertNoKeyIn(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(ONE_KEY)
            .doesNotContain(OTHER_KEY);
      }
    }
  }
}
