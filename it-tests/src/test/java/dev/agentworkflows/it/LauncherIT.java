package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The launcher {@code owf} of a checkout that has its jar. */
class LauncherIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  /** A copy, so that nobody else's archive is touched. */
  @TempDir private Path checkout;

  private Path target;
  private Path jar;

  @BeforeEach
  void aCheckout() throws IOException {
    Path source = Path.of(System.getProperty("owf.jar", "")).toRealPath();
    target = Files.createDirectories(checkout.toRealPath().resolve("coordinator/target"));
    jar = Files.copy(source, target.resolve("coordinator.jar"));
    Files.copy(
        source.resolve("../../../owf").normalize(),
        checkout.resolve("owf"),
        StandardCopyOption.COPY_ATTRIBUTES);
  }

  private Owf.Invocation typed(String... arguments) {
    List<String> command =
        Stream.concat(Stream.of(checkout.resolve("owf").toString()), Stream.of(arguments)).toList();
    return owf.program(command).with("JAVA_HOME", JAVA_HOME.toString());
  }

  private Optional<Path> file(String glob) throws IOException {
    try (var found = Files.newDirectoryStream(target, glob)) {
      for (Path path : found) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private Path archive() {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> file("*.jsa").isPresent() && file("*.making").isEmpty());
    try {
      return file("*.jsa").orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertSaysItsVersion(Finished finished) {
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stdout()).matches("owf \\S+\n");
    assertThat(finished.stderr()).isEmpty();
  }

  @Test
  void theFirstStartHasAnArchiveOfClassesMadeWhichLaterOnesUse() throws Exception {
    assertSaysItsVersion(typed("--version").run());
    Path archive = archive();
    assertThat(archive).isNotEmptyFile();
    assertThat(owf.home()).as("nothing was run in the user's home").doesNotExist();

    // It waits for its client, and can be looked at.
    Process server = typed("mcp").talk();
    assumeThat(Path.of("/proc/self/maps")).exists();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            Files.readString(Path.of("/proc/" + server.pid() + "/maps"))
                .contains(archive.toString()));
    server.getOutputStream().close();
    assertThat(server.waitFor()).isZero();
  }

  @Test
  void anotherJarHasAnotherArchiveMade() throws Exception {
    assertSaysItsVersion(typed("--version").run());
    Path archive = archive();
    FileTime first = Files.getLastModifiedTime(archive);

    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(1)));
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofSeconds(1))
        .untilAsserted(() -> {
          assertSaysItsVersion(typed("--version").run());
          assertThat(Files.getLastModifiedTime(archive())).isGreaterThan(first);
        });
  }

  @Test
  void anArchiveThatIsNoneIsNoTrouble() throws Exception {
    assertSaysItsVersion(typed("--version").run());
    Path archive = archive();
    for (byte[] content : new byte[][] {{}, "no archive".getBytes(StandardCharsets.UTF_8)}) {
      Files.delete(archive);
      Files.write(archive, content);
      Files.setLastModifiedTime(archive, FileTime.from(Instant.now().plusSeconds(60)));

      assertSaysItsVersion(typed("--version").run());
    }
  }

  @Test
  void whereNothingCanBeWrittenItStartsWithout() throws Exception {
    // Also root cannot make a directory where a file is.
    assertSaysItsVersion(typed("--version").run());
    Path archive = archive();
    Files.delete(archive);
    Files.createFile(target.resolve(archive.getFileName() + ".making"));

    assertSaysItsVersion(typed("--version").run());
    assertThat(archive).doesNotExist();
  }
}
