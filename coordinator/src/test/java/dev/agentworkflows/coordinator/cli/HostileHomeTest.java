package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.home.FileTree;
import dev.agentworkflows.coordinator.testing.FileState;
import dev.agentworkflows.testkit.Generated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command, as the victim types it, on homes that an attacker has prepared: nothing outside of
 * the home is read into output, written, removed or run. {@code -Dscale=40} for more of them,
 * {@code -Dseed=N} for the same ones again.
 */
@Tag("slow")
class HostileHomeTest {

  private static final String SECRET = "canary-7f3a91c2";
  private static final String RUN = CommandDesk.RUN;
  private static final String CALL = RUN + "_call_0003";
  private static final int HOMES = Generated.count(25);

  /** All that take a home and end by themselves; RUN and CALL stand for ids. */
  private static final List<String> COMMANDS =
      List.of(
          "status latest",
          "status RUN --json",
          "runs",
          "runs --json",
          "runs --all-homes",
          "usage",
          "usage --by day --json",
          "calls latest --json",
          "calls RUN",
          "events latest",
          "output latest",
          "cat CALL",
          "cat CALL --prompt",
          "cat RUN_call_0001",
          "artifacts latest --json",
          "export latest",
          "report latest",
          "report latest --stdout",
          "report RUN --html",
          "explain-cache latest",
          "diff CALL",
          "apply CALL",
          "cancel latest",
          "approve latest --yes",
          "gc --dry-run",
          "gc",
          "batch list",
          "batch status latest",
          "batch fetch latest",
          "doctor",
          "gc --older-than 1s --keep 0",
          "gc --force CALL");

  @TempDir private Path temporary;

  private final long seed = Generated.seed();
  private final Random random = new Random(seed);
  private final ExecutorService typist =
      Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "typist");
        thread.setDaemon(true);
        return thread;
      });
  private Path outside;
  private HostileHomes homes;
  private boolean onTerminal;

  @BeforeEach
  void prepareWhatIsOutside() throws Exception {
    System.out.println("hostile homes: " + HOMES + ", seed " + seed);
    outside = Files.createDirectories(temporary.toRealPath().resolve("outside"));
    Files.writeString(outside.resolve("keys"), SECRET);
    for (String name : List.of("directory", "run/calls/" + CALL, "run/worktrees/" + CALL)) {
      Files.createDirectories(outside.resolve(name));
      Files.writeString(outside.resolve(name).resolve("prompt.txt"), SECRET);
    }
    for (String name : List.of("manifest.json", "report.md", "transcript.jsonl", "output.txt")) {
      Files.writeString(outside.resolve("run").resolve(name), SECRET);
    }
    Path program = outside.resolve("program");
    Files.writeString(program, "#!/bin/sh\necho ran > " + outside.resolve("mark") + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    repository(outside.resolve("repository"), program);
    assertThat(new ProcessBuilder("mkfifo", outside.resolve("pipe").toString()).start().waitFor())
        .isZero();
    homes = new HostileHomes(temporary.toRealPath().resolve("model"), outside, random);
  }

  @AfterEach
  void stop() {
    typist.shutdownNow();
  }

  /** One whose configuration would run the program wherever git can be made to. */
  private static void repository(Path top, Path program) throws Exception {
    Files.createDirectories(top);
    String script =
        """
        git init -q -b main . && echo text > a.txt && echo '* filter=x diff=x' > .gitattributes
        git -c user.name=a -c user.email=a@b add -A
        git -c user.name=a -c user.email=a@b commit -qm base
        for key in core.fsmonitor filter.x.clean filter.x.smudge diff.x.command diff.external \\
          core.pager core.editor core.sshCommand uploadpack.packObjectsHook; do
          git config "$key" PROGRAM
        done
        """
            .replace("PROGRAM", program.toString());
    Process git = new ProcessBuilder("sh", "-c", script).directory(top.toFile()).start();
    assertThat(git.waitFor()).isZero();
  }

  @Test
  void aHomeThatSomebodyElseMadeIsNotOpenedByAnyCommand() throws Exception {
    for (int number = 0; number < HOMES; number++) {
      CommandDesk desk = desk();
      Path home = desk.homePath();
      String what = "seed " + seed + ", home " + number + ": " + homes.prepare(home);
      Map<String, String> outsideBefore = state(outside);
      Map<String, String> homeBefore = state(home);
      for (String command : commands("resume latest")) {
        CommandDesk.Said said = typed(desk, command, what);
        if (!command.startsWith("doctor") && !command.contains("--all-homes")) {
          assertThat(said.exitCode()).as("%s%n%s", said, what).isNotZero();
        }
      }
      assertThat(state(home)).as(what).isEqualTo(homeBefore);
      assertThat(state(outside)).as(what).isEqualTo(outsideBefore);
    }
  }

  @Test
  void aHomeThatWasTrustedLeadsNowhereOutsideOfIt() throws Exception {
    for (int number = 0; number < HOMES; number++) {
      CommandDesk desk = desk();
      Path home = desk.homePath();
      String what = "seed " + seed + ", home " + number + ": " + homes.prepare(home);
      Map<String, String> before = state(outside);
      typed(desk, "trust " + home, what);
      for (String command : commands()) {
        CommandDesk.Said said = typed(desk, command, what);
        assertThat(state(outside)).as("%s%n%s", said, what).isEqualTo(before);
      }
    }
  }

  private List<String> commands(String... more) {
    List<String> all = new ArrayList<>(COMMANDS);
    all.addAll(List.of(more));
    return all;
  }

  private CommandDesk desk() throws IOException {
    Path directory = temporary.toRealPath().resolve("victim");
    FileTree.delete(directory);
    CommandDesk desk = new CommandDesk(Files.createDirectories(directory));
    onTerminal = random.nextBoolean();
    return onTerminal ? desk.onTerminal() : desk;
  }

  /** Types a command, which must end, with a plain line when it is refused. */
  private CommandDesk.Said typed(CommandDesk desk, String command, String what) throws Exception {
    String[] words =
        Stream.of(command.split(" "))
            .map(word -> word.replace("RUN", RUN).replace("CALL", CALL))
            .toArray(String[]::new);
    Callable<CommandDesk.Said> typing = () -> desk.run(words);
    CommandDesk.Said said;
    try {
      said = typist.submit(typing).get(60, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(command + " does not end; " + what, e);
    }
    assertThat(said.out() + said.err())
        .as("%s; %s", command, what)
        .doesNotContain(SECRET)
        .doesNotContain("This is a fault of the program");
    // Into a file an answer goes as it is.
    if (onTerminal || !command.startsWith("cat")) {
      assertThat(said.out() + said.err()).as("%s; %s", command, what).doesNotContain("\u001b]");
    }
    return said;
  }

  private static Map<String, String> state(Path top) {
    return FileState.of(top, file -> true);
  }
}
