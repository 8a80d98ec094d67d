package dev.agentworkflows.it.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code owf up}, and commands with and without it. */
@EnabledOnOs(OS.LINUX)
class UpIT extends UpTest {

  @RegisterExtension static final Owf owf = new Owf();

  private static String run = "";

  UpIT() {
    super(owf);
  }

  @BeforeAll
  static void aRun() {
    Finished finished =
        owf.runScript(
            """
            from agent_workflows import agent, phase

            async def main(args):
                phase("one")
                return (await agent("a prompt", label="greeting")).text
            """);
    run = finished.json().get("run_id").asString();
  }

  private static void assertSame(Finished found, Finished expected) {
    assertThat(found.exitCode()).as(found.toString()).isEqualTo(expected.exitCode());
    assertThat(found.stdout()).isEqualTo(expected.stdout());
    assertThat(found.stderr()).isEqualTo(expected.stderr());
  }

  private void assertShowsTheRun(Finished finished) {
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stdout()).startsWith("run_id:   " + run + "\nstatus:   done\n");
    assertThat(finished.stderr()).isEmpty();
  }

  @Test
  @Tag("smoke")
  void readOnlyCommandsPrintWhatTheyPrintByThemselves() {
    List<List<String>> commands =
        List.of(
            List.of("status", "latest"),
            List.of("status", run, "--json"),
            List.of("runs"),
            List.of("runs", "--limit", "0"),
            List.of("calls", "latest", "--json"),
            List.of("output", "latest"),
            List.of("events", "latest"),
            List.of("cat", run + "_call_0001", "--prompt"),
            List.of("artifacts", "latest"),
            List.of("explain-cache", "latest"),
            List.of("usage", "--by", "day"),
            List.of("status", "no-such-run"),
            List.of("status", "latest", "--home", "no-such-home"),
            List.of("calls", "latest", "--nonsense"),
            List.of("status", "--help"),
            List.of("--help"),
            List.of("--version"));
    List<Finished> alone =
        commands.stream().map(line -> typed(line.toArray(String[]::new)).run()).toList();
    up();

    for (int i = 0; i < commands.size(); i++) {
      assertSame(typed(commands.get(i).toArray(String[]::new)).run(), alone.get(i));
    }

    // All but the one with an option that it does not know.
    assertThat(carriedOut()).isEqualTo(commands.size() - 1);
  }

  @Test
  void aStandardOutputThatTakesNothingIsToldAsEver() {
    List<String> full = List.of("sh", "-c", "exec \"$@\" >/dev/full", "sh");
    List<String> closed = List.of("sh", "-c", "exec \"$@\" >&-", "sh");
    Finished aloneFull = typed("status", "latest").after(full).run();
    Finished aloneClosed = typed("status", "latest").after(closed).run();
    assertThat(aloneFull.stderr()).contains("can't be written");
    up();

    assertSame(typed("status", "latest").after(full).run(), aloneFull);
    assertSame(typed("status", "latest").after(closed).run(), aloneClosed);
    assertThat(carriedOut()).isEqualTo(2);
  }

  @Test
  @Tag("smoke")
  void severalThatAreStartedAtOnceAreOne() {
    List<OwfProcess> starts = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      starts.add(typed("up", "--json").start());
    }

    List<Long> processes =
        starts.stream().map(start -> start.finish().json().get("pid").asLong()).distinct().toList();

    assertThat(processes).containsExactly(status().orElseThrow().pid());
  }

  @Test
  void itIsApartFromTheTerminalThatStartedItAndHasNoKey() throws IOException {
    Finished started = typed("up").with("OPENAI_API_KEY", ONE_KEY).run();
    assertThat(started.exitCode()).as(started.toString()).isZero();
    long pid = status().orElseThrow().pid();

    // pid (name) state parent group session: the name may hold anything but is ours here.
    String[] stat = Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ");
    assertThat(stat[5]).as("session").isEqualTo(Long.toString(pid));
    assertThat(Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1))
        .contains("HOME=" + owf.userHome())
        .doesNotContain(ONE_KEY)
        .doesNotContain("OPENAI_API_KEY");
  }

  @Test
  void anotherBuildsCommandsStartByThemselves(@TempDir Path other) throws IOException {
    up();
    for (String file :
        List.of(
            "owf",
            "coordinator/target/coordinator.jar",
            "python-shim/src/agent_workflows/_up.py")) {
      Files.createDirectories(other.resolve(file).getParent());
      Files.copy(CHECKOUT.resolve(file), other.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
    // Where there is an archive of classes, if an empty one, none is made behind the test's back.
    Path target = Path.of("coordinator/target");
    try (var archives = Files.newDirectoryStream(CHECKOUT.resolve(target), "classes-*.jsa")) {
      for (Path archive : archives) {
        Files.createFile(other.resolve(target).resolve(archive.getFileName()));
      }
    }
    assertShowsTheRun(typedIn(other, "status", "latest").run());
    assertThat(carriedOut()).isZero();
  }

  @Test
  void aKilledOneIsMissedByNobody() {
    up();
    Status killed = status().orElseThrow();
    process(killed).destroyForcibly();
    await().until(() -> !isAlive(killed.pid()));

    assertThat(directory()).isDirectoryContaining(file -> !file.toString().endsWith(".lock"));
    assertShowsTheRun(typed("status", "latest").run());
    assertThat(status()).isEmpty();
    assertThat(typed("down").run().stdout()).isEqualTo("not up\n");
    up();
    assertShowsTheRun(typed("status", "latest").run());
    assertThat(carriedOut()).isEqualTo(1);
  }

  @Test
  void oneThatIsKilledInACommandLeavesItToTheCaller() throws Exception {
    up();
    Status status = status().orElseThrow();
    signal("-STOP", status.pid());
    OwfProcess asking = typed("status", "latest").start();
    await().until(() -> isWaitingInRead(asking.pid()));

    signal("-KILL", status.pid());

    assertShowsTheRun(asking.finish());
  }

  @Test
  void oneThatHangsKeepsNobodyWaiting() throws Exception {
    up();
    Status status = status().orElseThrow();
    signal("-STOP", status.pid());

    assertShowsTheRun(typed("status", "latest").run());

    signal("-CONT", status.pid());
    assertThat(status()).isPresent();
  }

  /** The launcher has become the client, and it waits for an answer. */
  private static boolean isWaitingInRead(long pid) throws IOException {
    return Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains("import _up")
        && Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") S ");
  }

  @Test
  void itEndsWhenNobodyAsksAnyMore() {
    long pid = up("--idle", "2s");

    await().atMost(Duration.ofSeconds(60)).until(() -> !isAlive(pid));

    assertThat(status()).isEmpty();
    assertThat(directory()).isDirectoryNotContaining(file -> !file.toString().endsWith(".lock"));
  }

  @Test
  void downEndsIt() {
    up();
    long pid = status().orElseThrow().pid();

    assertThat(typed("down").run().stdout()).isEqualTo("down\n");

    await().atMost(Duration.ofSeconds(20)).until(() -> !isAlive(pid));
    assertThat(status()).isEmpty();
    assertThat(typed("down", "--json").run().json().get("ended").asBoolean()).isFalse();
  }

  @Test
  void aDirectoryThatOthersCanEnterIsNotUsed() throws IOException {
    up();
    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwx--x--x"));

    assertShowsTheRun(typed("status", "latest").run());
    Finished refused = typed("up", "--status").run();
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.stderr()).contains("is open to others, and is not used.");

    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwx------"));
    assertThat(carriedOut()).isZero();
  }

  @Test
  void anotherUsersDirectoryIsNotUsed() throws IOException {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    up();
    Files.setAttribute(directory(), "unix:uid", 12_345);

    assertShowsTheRun(typed("status", "latest").run());
    Finished refused = typed("up").run();
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.stderr()).contains("is no directory of yours, and is not used.");

    Files.setAttribute(directory(), "unix:uid", 0);
    assertThat(carriedOut()).isZero();
  }

  @Test
  void anotherUserWhoListensInItsPlaceLearnsNothing() throws IOException {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    up();
    Path socket = socket();
    typed("down").run();
    OwfProcess listener =
        owf.program(
                List.of(
                    Owf.python(),
                    "-c",
                    """
                    import os, socket, sys
                    listener = socket.socket(socket.AF_UNIX)
                    listener.bind(sys.argv[1])
                    os.setuid(65534)
                    listener.listen()
                    print("listening", flush=True)
                    print("heard", listener.accept()[0].recv(100), flush=True)
                    """,
                    socket.toString()))
            .start()
            .awaitOutput("listening");

    assertShowsTheRun(typed("status", "latest").with("OPENAI_API_KEY", ONE_KEY).run());

    assertThat(listener.finish().stdout()).isEqualTo("listening\nheard b''\n");
  }

  @Test
  void anotherUserWhoConnectsIsHungUpOn() throws IOException {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    up();
    Path socket = socket();
    // What the rights of files no longer keep out.
    for (Path place : List.of(runtime, directory().getParent(), directory(), socket)) {
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    Finished other =
        owf.program(
                List.of(
                    Owf.python(),
                    "-c",
                    """
                    import os, socket, sys
                    os.setuid(int(sys.argv[2]))
                    client = socket.socket(socket.AF_UNIX)
                    client.connect(sys.argv[1])
                    try:
                        client.sendall((7).to_bytes(4, "big") + b"status\\0")
                        print(client.recv(100)[:1])
                    except ConnectionError:
                        print(b"")
                    """,
                    socket.toString()))
            .and("65534")
            .run();

    assertThat(other.stdout()).as(other.toString()).isEqualTo("b''\n");
  }

  private Path socket() throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files.filter(file -> !file.toString().endsWith(".lock")).findFirst().orElseThrow();
    }
  }

  @Test
  @Tag("smoke")
  void twoShellsKeysAreNeitherMixedNorKept() throws IOException {
    up();
    List<OwfProcess> one = new ArrayList<>();
    List<OwfProcess> other = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String both = ONE_KEY + "," + OTHER_KEY;
      one.add(typed("status", both).with("OPENAI_API_KEY", ONE_KEY).start());
      other.add(typed("status", both).with("GEMINI_API_KEY", OTHER_KEY).start());
    }

    for (OwfProcess process : one) {
      assertThat(process.finish().stderr())
          .contains("[redacted:OPENAI_API_KEY]," + OTHER_KEY)
          .doesNotContain(ONE_KEY);
    }
    for (OwfProcess process : other) {
      assertThat(process.finish().stderr())
          .contains(ONE_KEY + ",[redacted:GEMINI_API_KEY]")
          .doesNotContain(OTHER_KEY);
    }
    assertThat(carriedOut()).isEqualTo(20);
    for (Path place : List.of(runtime, owf.home(), owf.cache(), owf.userHome())) {
      assertNoKeyIn(place);
    }
  }

  @Test
  void oneThatWasStartedWithoutUtf8FindsFilesOfAnyName(@TempDir Path place) throws IOException {
    Path home = Files.createDirectories(place.resolve("Überall/.workflows"));
    Finished alone = typed("runs", "--home", home.toString()).run();
    assertThat(alone.exitCode()).as(alone.toString()).isZero();
    Finished started =
        owf.command("up")
            .with("XDG_RUNTIME_DIR", runtime.toString())
            .with("LANG", "C")
            .without("LC_ALL")
            .run();
    assertThat(started.exitCode()).as(started.toString()).isZero();

    assertSame(typed("runs", "--home", home.toString()).run(), alone);

    assertThat(carriedOut()).isEqualTo(1);
    typed("down").run();
    Finished refused =
        owf.command("up", "--foreground")
            .with("XDG_RUNTIME_DIR", runtime.toString())
            .with("LANG", "C")
            .without("LC_ALL")
            .run();
    assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(2);
    assertThat(refused.stderr()).contains("Set LC_ALL=C.UTF-8.");
  }

  @Test
  void figuresAreTheSameInALocaleWithDigitsOfItsOwn() {
    Finished finished =
        typed("runs").with("JAVA_TOOL_OPTIONS", "-Duser.language=ar -Duser.country=EG").run();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stdout()).isEqualTo(typed("runs").run().stdout()).contains(" tokens ");
  }

  @Test
  void aRuntimeDirectoryThatIsRelativeIsNone() {
    Finished started = typed("up").with("XDG_RUNTIME_DIR", "relative").run();
    assertThat(started.exitCode()).as(started.toString()).isZero();
    try {
      assertShowsTheRun(typed("status", "latest").with("XDG_RUNTIME_DIR", "relative").run());
      assertThat(typed("up", "--status").with("XDG_RUNTIME_DIR", "relative").run().stdout())
          .contains(" 1 command; ");
    } finally {
      typed("down").with("XDG_RUNTIME_DIR", "relative").run();
    }
  }

  @Test
  void oneWithOtherRightsThanTheCallersIsNotAsked() throws IOException {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    up();

    assertShowsTheRun(
        typed("status", "latest")
            .after(
                List.of(
                    Owf.python(),
                    "-c",
                    "import os, sys; os.setgroups([4711]); os.execv(sys.argv[1], sys.argv[1:])"))
            .run());

    assertThat(carriedOut()).isZero();
  }

  @Test
  void aCommandStartsItWhereTheUserWantsThat() {
    assertThat(typed("runs").with("OWF_AUTO_UP", "1").run().exitCode()).isZero();

    await().atMost(Duration.ofSeconds(60)).until(() -> status().isPresent());
    assertShowsTheRun(typed("status", "latest").with("OWF_AUTO_UP", "1").run());
    assertThat(carriedOut()).isEqualTo(1);
  }
}
