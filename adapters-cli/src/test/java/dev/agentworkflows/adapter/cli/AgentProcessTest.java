package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.testkit.StubbornProcesses;
import dev.agentworkflows.testkit.Waiting;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class AgentProcessTest {

  private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);

  @TempDir private Path directory;

  @Test
  void thePromptArrivesAsItIs() throws Exception {
    String prompt = "a \"quoted\" 'prompt'\n$HOME `id` \\n ünïcödé 🎈\u0000 end".repeat(800_000);
    run("cat >\"$here/copy\"", prompt);
    assertThat(Files.readString(directory.resolve("copy"))).isEqualTo(prompt);
  }

  @Test
  void thePromptComesThroughAPipeAndNotThroughAFile() throws Exception {
    assertThat(run("[ -p /dev/stdin ] && echo pipe; cat", "the prompt"))
        .containsExactly("pipe", "the prompt");
  }

  @Test
  void anEmptyPromptIsAnEndOfInput() throws Exception {
    assertThat(run("cat; echo end", "")).containsExactly("end");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "exec <&-; ", "head -c 10 >\"$here/begun\"; ", "sleep 0.2; "})
  void aProgramThatDoesNotReadItsPromptBlocksNobody(String first) throws Exception {
    assertThat(run(first + "echo done", "x".repeat(50_000_000))).containsExactly("done");
    assertNoFeeder();
  }

  @Test
  void whatAProgramLeavesBehindDoesNotKeepItsPrompt() throws Exception {
    String body =
        """
        exec 3<&0
        (setsid sh "$here/stubborn" "$here/pids" <&3 3<&- &)
        exec 3<&-
        started 1
        echo answer
        """;
    assertThat(run(StubbornProcesses.FUNCTIONS + body, "x".repeat(1_000_000)))
        .containsExactly("answer");
    new StubbornProcesses(directory).assertGone(1);
    assertNoFeeder();
  }

  /** This one has no mark in its environment, and the parent that could be seen is gone. */
  @Test
  void aProcessOutOfReachKeepsAThreadWaitingButNotTheCall() throws Exception {
    String body =
        """
        exec 3<&0
        (env -i PATH="$PATH" setsid sh "$here/stubborn" "$here/pids" <&3 3<&- >"$here/o" 2>&1 &)
        exec 3<&-
        started 1
        echo answer
        """;
    long before = System.nanoTime();
    List<String> lines = run(StubbornProcesses.FUNCTIONS + body, "x".repeat(1_000_000));
    Duration taken = Duration.ofNanos(System.nanoTime() - before);
    long feedersThen = feeders();
    new StubbornProcesses(directory).end();
    assertThat(lines).containsExactly("answer");
    assertThat(taken).isLessThan(FIVE_SECONDS);
    assertThat(feedersThen).isEqualTo(1);
    assertNoFeeder();
  }

  private static void assertNoFeeder() throws TimeoutException {
    Waiting.until(() -> feeders() == 0, FIVE_SECONDS);
  }

  private static long feeders() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(PromptFeeder.THREAD))
        .count();
  }

  @ParameterizedTest
  @MethodSource("pathsWithAndWithoutSetsid")
  void aProgramWhoseInterpreterIsMissingFailsForGood(String path) {
    Path script = Scripts.write(directory.resolve("agent"), "#!/no/such/sh\n", "rwx------");
    AdapterException failure = failureOf(script, path);
    assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(failure)
        .hasMessageContainingAll(
            script + " could not be started", "No such file", "interpreter", "installed?");
  }

  @ParameterizedTest
  @MethodSource("pathsWithAndWithoutSetsid")
  void aProgramThatIsJustBeingWrittenWasNotSentThePrompt(String path) throws Exception {
    Path program = directory.resolve("agent");
    Files.copy(Path.of("/bin/sh").toRealPath(), program);
    AdapterException failure;
    try (OutputStream update = Files.newOutputStream(program, StandardOpenOption.APPEND)) {
      failure = failureOf(program, path);
    }
    assertThat(failure.kind()).isEqualTo(Kind.NOT_SENT);
    assertThat(failure).hasMessageContainingAll(program + " could not be started", "busy");
  }

  @Test
  void aProgramsOwnExitCodeIsNotTakenForOneThatWasNotStarted() throws Exception {
    assertThat(run("echo trouble >&2; exit 127", "", line -> {}).code()).isEqualTo(127);
  }

  static List<String> pathsWithAndWithoutSetsid() {
    return List.of(System.getenv("PATH"), "/no/such/directory");
  }

  private AdapterException failureOf(Path program, String path) {
    AgentProcess process =
        new AgentProcess(List.of(program.toString()), directory, Map.of("PATH", path), "");
    return catchThrowableOfType(AdapterException.class, () -> process.run(line -> {}));
  }

  @Test
  void argumentsAndDirectoriesMayHoldAnything() throws Exception {
    Path odd = Files.createDirectory(directory.resolve("a b'c\"d\ne$f"));
    Path script = Scripts.sh(odd, "my agent", "pwd; printf '%s|' \"$@\"");
    List<String> lines = new ArrayList<>();
    new AgentProcess(
            List.of(script.toString(), "$HOME `id`", "", "two\nlines", "'\""),
            odd,
            environment(),
            "")
        .run(lines::add);
    assertThat(String.join("\n", lines))
        .isEqualTo(odd.toRealPath() + "\n$HOME `id`||two\nlines|'\"|");
  }

  @Test
  void itsEnvironmentIsTheGivenOneAndTheMark() throws Exception {
    assertThat(run("env | cut -d= -f1 | sort", ""))
        .contains("PATH", ProcessMark.VARIABLE)
        .doesNotContain("HOME", "JAVA_HOME", "LC_ALL");
  }

  @Test
  void anInterruptionEndsChildrenThatDoNotWantTo() throws Exception {
    StubbornProcesses sleepers = new StubbornProcesses(directory);
    Running running =
        start(
            StubbornProcesses.FUNCTIONS + "trap '' TERM; child; orphan; detached; unmarked; wait");
    sleepers.await(4);
    long before = System.nanoTime();
    running.thread().interrupt();
    assertThatThrownBy(() -> running.exit().get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(InterruptedException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(FIVE_SECONDS);
    sleepers.assertGone(4);
  }

  @Test
  void aSecondInterruptionDoesNotCutTheCleaningShort() throws Exception {
    Running running =
        start(
            """
            trap 'sleep 0.3; echo bye >"$here/bye"; exit' TERM
            : >"$here/up"
            sleep 300 &
            wait
            """);
    Waiting.until(() -> Files.exists(directory.resolve("up")), FIVE_SECONDS);
    while (!running.exit().isDone()) {
      running.thread().interrupt();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    assertThat(directory.resolve("bye")).hasContent("bye");
  }

  @Test
  void aProgramIsGivenTimeToEndInOrder() throws Exception {
    Running running =
        start("trap 'echo bye >\"$here/bye\"; exit' TERM; : >\"$here/up\"; sleep 300 & wait");
    Waiting.until(() -> Files.exists(directory.resolve("up")), FIVE_SECONDS);
    running.thread().interrupt();
    assertThatThrownBy(() -> running.exit().get(20, TimeUnit.SECONDS)).isNotNull();
    assertThat(directory.resolve("bye")).hasContent("bye");
  }

  @Test
  void whatAProgramLeavesBehindEndsWithIt() throws Exception {
    // They hold the pipes open as well.
    long before = System.nanoTime();
    List<String> lines =
        run(StubbornProcesses.FUNCTIONS + "orphan; detached; started 2; echo answer", "");
    assertThat(lines).containsExactly("answer");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(FIVE_SECONDS);
    new StubbornProcesses(directory).assertGone(2);
  }

  /** Has heard enough when the program is overdue. */
  private static final class Overdue implements Listener {
    private final List<String> heard = new ArrayList<>();
    private boolean over;

    @Override
    public void line(String line) {
      heard.add(line);
    }

    @Override
    public Duration dueAfter() {
      return Duration.ofSeconds(1);
    }

    @Override
    public void overdue() {
      heard.add("overdue");
      over = true;
    }

    @Override
    public boolean isComplete() {
      return over;
    }
  }

  @Test
  void aProgramThatIsOverdueIsEnded() throws Exception {
    Overdue listener = new Overdue();
    long before = System.nanoTime();
    run("echo first; sleep 300", "", listener);
    assertThat(listener.heard).containsExactly("first", "overdue");
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isLessThan(ExitGrace.GRACE.plus(FIVE_SECONDS));
  }

  @Test
  void aProgramThatHasEndedIsNotOverdue() throws Exception {
    Overdue listener = new Overdue();
    run("echo first", "", listener);
    assertThat(listener.heard).containsExactly("first");
  }

  @Test
  void allEndsWhenTheCoordinatorIsKilled() throws Exception {
    StubbornProcesses sleepers = new StubbornProcesses(directory);
    Path script =
        Scripts.sh(
            directory,
            "agent",
            StubbornProcesses.FUNCTIONS + "trap '' TERM; child; orphan; detached; unmarked; wait");
    Process coordinator =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledCoordinator.class.getName(),
                script.toString())
            .inheritIO()
            .start();
    try {
      sleepers.await(4);
    } finally {
      coordinator.destroyForcibly();
    }
    sleepers.assertGoneWithin(FIVE_SECONDS, 4);
  }

  @Test
  void fiftyMegabytesOfLinesGoThrough() throws Exception {
    AtomicLong characters = new AtomicLong();
    run(
        "yes 0123456789012345678901234567890123456789012345678 | head -c 50000000",
        "",
        line -> characters.addAndGet(line.length() + 1));
    assertThat(characters).hasValue(50_000_000);
  }

  @Test
  void aLineOfFiftyMegabytesIsLeftOutAndTheNextIsNot() throws Exception {
    List<String> lines = new ArrayList<>();
    AgentProcess.Exit exit =
        run("head -c 50000000 /dev/zero | tr '\\0' x; echo; echo next", "", lines::add);
    assertThat(lines).containsExactly("next");
    assertThat(exit.linesLeftOut()).isEqualTo(1);
  }

  @Test
  void bytesThatAreNoTextAreReplaced() throws Exception {
    assertThat(run("printf 'a\\377b\\n'", "")).containsExactly("a\uFFFDb");
  }

  @Test
  void theEndOfStandardErrorIsKept() throws Exception {
    AgentProcess.Exit exit =
        run("yes noise | head -c 50000000 >&2; echo the reason >&2; exit 3", "", line -> {});
    assertThat(exit.code()).isEqualTo(3);
    assertThat(exit.stderr()).endsWith("the reason").hasSizeLessThan(10_000);
  }

  @Test
  void whatTheListenerThrowsIsThrown() {
    assertThatThrownBy(() ->
            run(
                "echo line",
                "",
                line -> {
                  throw new IllegalStateException("no room for " + line);
                }))
        .hasMessage("no room for line");
  }

  @Test
  void aMissingDirectoryIsNamed() {
    Path missing = directory.resolve("gone");
    assertThatThrownBy(
            () -> new AgentProcess(List.of("/bin/true"), missing, environment(), "").run(l -> {}))
        .isInstanceOfSatisfying(
            AdapterException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PERMANENT))
        .hasMessageContaining(missing.toString());
  }

  @Test
  void anInterruptedThreadStartsNothing() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> run(": >\"$here/started\"", ""))
        .isInstanceOf(InterruptedException.class);
    assertThat(directory.resolve("started")).doesNotExist();
  }

  private record Running(Thread thread, CompletableFuture<AgentProcess.Exit> exit) {}

  private Running start(String body) {
    CompletableFuture<AgentProcess.Exit> exit = new CompletableFuture<>();
    Thread thread =
        new Thread(() -> {
          try {
            exit.complete(run(body, "", line -> {}));
          } catch (Exception e) {
            exit.completeExceptionally(e);
          }
        });
    thread.setDaemon(true);
    thread.start();
    return new Running(thread, exit);
  }

  private List<String> run(String body, String prompt) throws Exception {
    List<String> lines = new ArrayList<>();
    run(body, prompt, lines::add);
    return lines;
  }

  private AgentProcess.Exit run(String body, String prompt, Listener lines) throws Exception {
    Path script = Scripts.sh(directory, "agent", body);
    return new AgentProcess(List.of(script.toString()), directory, environment(), prompt)
        .run(lines);
  }

  private static Map<String, String> environment() {
    return new HashMap<>(Map.of("PATH", System.getenv("PATH")));
  }
}
