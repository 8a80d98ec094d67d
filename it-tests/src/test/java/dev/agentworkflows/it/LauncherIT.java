package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The launcher {@code owf} of a checkout that has its jar. */
@Tag("smoke")
class LauncherIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  /** A copy, so that nobody else's archive is touched. */
  @TempDir private static Path checkout;

  private static Path target;
  private static Path jar;
  private static Finished firstStart;

  @BeforeAll
  static void theFirstStartHasAnArchiveOfClassesMade() throws IOException {
    Path source = Path.of(System.getProperty("owf.jar", "")).toRealPath();
    target = Files.createDirectories(checkout.toRealPath().resolve("coordinator/target"));
    jar = Files.copy(source, target.resolve("coordinator.jar"));
    Files.copy(
        source.resolve("../../../owf").normalize(),
        checkout.resolve("owf"),
        StandardCopyOption.COPY_ATTRIBUTES);
    firstStart = typed("--version").run();
    assertThat(archive()).isNotEmptyFile();
  }

  private static Owf.Invocation typed(String... arguments) {
    List<String> command =
        Stream.concat(Stream.of(checkout.resolve("owf").toString()), Stream.of(arguments)).toList();
    return owf.program(command).with("JAVA_HOME", JAVA_HOME.toString());
  }

  private static Optional<Path> file(String glob) throws IOException {
    try (var found = Files.newDirectoryStream(target, glob)) {
      for (Path path : found) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  private static Path archive() {
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
  void theFirstStartWaitsForNothingAndLeavesNothing() {
    assertSaysItsVersion(firstStart);
    assertThat(owf.home()).as("nothing was run in the user's home").doesNotExist();
    assertThat(owf.cache().resolve("owf/last-home")).as("nor is it remembered").doesNotExist();
  }

  @Test
  void aLocaleThatIsNotInstalledLosesNoLetters() {
    String script =
        owf.script("pr\u00FCf.py", "async def main(args):\n    return args['who']\n").toString();
    for (String locale : List.of("xx_YY.UTF-8", "de_DE", "C")) {
      Finished run =
          typed("run", script, "--arg", "who=J\u00FCrgen", "--json").with("LC_ALL", locale).run();
      assertThat(run.stdout()).as(run.toString()).contains("\"output\": \"J\u00FCrgen\"");
    }
  }

  @Test
  void closedStandardStreamsAreNoPlaceThatIsWrittenTo() {
    String script = owf.script("closed.py", "async def main(args):\n    return 1\n").toString();
    typed("run", script).run();
    for (String closed : List.of(">&- <&-", "<&- >&-", ">&-")) {
      for (List<String> command :
          List.of(List.of("run", script), List.of("status", "latest"), List.of("--version"))) {
        Finished finished =
            typed(command.toArray(String[]::new))
                .after(List.of("sh", "-c", "exec \"$@\" " + closed, "sh"))
                .run();
        assertThat(finished.exitCode()).as(closed + finished).isEqualTo(1);
        assertThat(finished.stderr().lines().filter(line -> line.contains("can't be written")))
            .as(closed + finished)
            .hasSize(1);
      }
    }
    Finished unread =
        typed("status", "latest")
            .after(List.of("sh", "-c", "exec \"$@\" <&- >/dev/null", "sh"))
            .run();
    assertThat(unread.exitCode()).as(unread.toString()).isZero();
  }

  @Test
  void withoutTheLauncherArgumentsAreReadInAnyLocale() {
    String script =
        owf.script("plain.py", "async def main(args):\n    return args['who']\n").toString();
    Finished run =
        owf.command("run", script, "--arg", "who=J\u00FCrgen", "--json")
            .with("LC_ALL", "xx_YY.UTF-8")
            .run();
    assertThat(run.stdout()).as(run.toString()).contains("\"output\": \"J\u00FCrgen\"");
  }

  @Test
  void laterStartsUseTheArchive() throws Exception {
    assumeThat(Path.of("/proc/self/maps")).exists();
    // It waits for its client, and can be looked at.
    Process server = typed("mcp").talk();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            Files.readString(Path.of("/proc/" + server.pid() + "/maps"))
                .contains(archive().toString()));
    server.getOutputStream().close();
    assertThat(server.waitFor()).isZero();
  }

  @Test
  @Tag("slow")
  void anotherJarHasAnotherArchiveMade() throws Exception {
    FileTime first = Files.getLastModifiedTime(archive());

    Files.setLastModifiedTime(jar, FileTime.from(first.toInstant().plusMillis(10)));
    assertSaysItsVersion(typed("--version").run());
    assertThat(Files.getLastModifiedTime(archive())).isGreaterThan(first);
  }

  @Test
  void anArchiveThatIsNoneIsNoTrouble() throws Exception {
    Path archive = archive();
    Path good = Files.move(archive, target.resolve("good"));
    for (String content : List.of("", "no archive")) {
      Files.writeString(archive, content);

      assertSaysItsVersion(typed("--version").run());
    }
    Files.move(good, archive, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void whereNoneCanBeMadeItStartsWithout() throws Exception {
    Path archive = archive();
    Path good = Files.move(archive, target.resolve("good"));
    // Also root cannot make a directory where a file is.
    Path inTheWay = Files.createFile(target.resolve(archive.getFileName() + ".making"));

    assertSaysItsVersion(typed("--version").run());
    assertThat(archive).doesNotExist();
    Files.delete(inTheWay);
    Files.move(good, archive);
  }
}
