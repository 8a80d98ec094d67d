package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.Programs;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.call.SharedLimits;
import dev.agentworkflows.coordinator.home.RuntimeDirectory;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.shim.OwnJar;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.up.CallersCommands;
import dev.agentworkflows.coordinator.up.UpClient;
import dev.agentworkflows.coordinator.up.UpServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(
    name = "up",
    description =
        "Keep a coordinator of your own in the background, for scripts and read-only commands.")
@Manual(
    description =
        "While it is there, `run`, `resume`, `status`, `runs`, `calls`, `output`, `events`, "
            + "`cat`, `artifacts`, `explain-cache`, `usage` and `--help` start in a fraction of "
            + "their time, and `run --detach` goes on when the terminal is closed. Each brings its "
            + "own environment and directory. Without it, or where it is of another build, they "
            + "start as ever and print the same.",
    examples = {"owf up", "owf up --idle 8h", "owf up --status"},
    exitCodes = {"1 With --status: there is none.", "143 In the foreground: ended by SIGTERM."},
    seeAlso = {"down", "serve", "docs/up.md"})
final class UpCommand extends Command {

  /** What a process needs to be at home, and nothing that could be a key. */
  private static final List<String> VARIABLES =
      List.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR");

  private static final List<String> VARIABLE_PREFIXES = List.of("LC_", "XDG_");

  /**
   * What is not needed any more goes back to the system, at once. The heap never gets smaller than
   * it was at first, which is a 64th of the machine's memory unless it is told.
   */
  private static final List<String> JVM_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms8m",
          "-XX:MinHeapFreeRatio=10",
          "-XX:MaxHeapFreeRatio=20",
          "-XX:-ShrinkHeapInSteps");

  /** How long another one may take to begin or to end. */
  private static final Duration OTHERS_TIMEOUT = Duration.ofSeconds(20);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  @Option(names = "--status", description = "Tell of the one that is there.")
  private boolean status;

  @Option(
      names = "--idle",
      paramLabel = "DURATION",
      description =
          "It ends after so long without a command: 90s, 30m, 8h; 0 for never. Default: 30m.")
  private String idle = "30m";

  @Option(
      names = "--foreground",
      description = "Stay in the foreground, as a service manager wants it.")
  private boolean foreground;

  @Option(names = "--json", description = "Print one JSON document on standard output.")
  private boolean json;

  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Commands.Opener commands;

  /**
   * @param commands what callers have carried out
   */
  UpCommand(Console screen, Environment environment, Commands.Opener commands) {
    super(screen, environment);
    this.commands = commands;
  }

  @Override
  boolean wantsJson() {
    return json;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      throw new RefusedException(
          "`up` needs Linux: how other systems name the user who connects is not built in yet.");
    }
    Path jar = jar();
    RuntimeDirectory where = RuntimeDirectory.of(environment().variables(), jar);
    Optional<UpClient.Facts> there = UpClient.facts(where);
    if (status || there.isPresent()) {
      return print(there.orElse(null));
    }
    return foreground ? serve(where) : start(jar, where);
  }

  /** What `up` and `down` are about. */
  static Path jar() {
    return OwnJar.path()
        .orElseThrow(() -> new RefusedException("`up` needs the jar, and this runs without one."));
  }

  private int print(UpClient.@Nullable Facts facts) {
    if (json) {
      screen()
          .json(
              facts == null
                  ? Json.object().put("up", false)
                  : Json.object()
                      .put("up", true)
                      .put("pid", facts.pid())
                      .put("since", facts.since().toString())
                      .put("commands", facts.commands())
                      .put("idle_seconds", facts.idle().toSeconds()));
    } else {
      screen().line(facts == null ? "not up" : line(facts));
    }
    return facts == null ? ExitCode.FAILED : ExitCode.FINE;
  }

  private static String line(UpClient.Facts facts) {
    return "up: process %d since %s, %s; %s"
        .formatted(
            facts.pid(),
            Figures.time(facts.since()),
            Figures.count(facts.commands(), "command"),
            facts.idle().isZero()
                ? "does not end by itself"
                : "ends after " + Figures.duration(facts.idle()) + " without a command");
  }

  private Duration idle() {
    return DurationText.parse(idle)
        .orElseThrow(() ->
            new RefusedException(
                "--idle is '%s', where a duration as 90s, 30m or 8h was expected, or 0."
                    .formatted(idle)));
  }

  private int serve(RuntimeDirectory where) throws InterruptedException {
    if (!namesAnyFile()) {
      throw new RefusedException(
          "`up` needs a locale with UTF-8, for callers' files of any name. Set LC_ALL=C.UTF-8.");
    }
    long deadline = System.nanoTime() + OTHERS_TIMEOUT.toNanos();
    CallersCommands carriedOut =
        new CallersCommandLine(commands, new SharedLimits(environment().clock()));
    Optional<UpServer> listening = UpServer.listen(where, carriedOut, idle());
    while (listening.isEmpty()) {
      // Another one was faster by a moment, and is about to answer; or it is about to end.
      Optional<UpClient.Facts> other = UpClient.facts(where);
      if (other.isPresent()) {
        return print(other.get());
      }
      if (System.nanoTime() > deadline) {
        throw new RefusedException("another one begins or ends, and takes too long for it.");
      }
      Thread.sleep(POLL_INTERVAL.toMillis());
      listening = UpServer.listen(where, carriedOut, idle());
    }
    return serve(where, listening.get());
  }

  private int serve(RuntimeDirectory where, UpServer listening) throws InterruptedException {
    ErrorsByCaller.install();
    try (UpServer server = listening) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAtSignal(server), "signal"));
      print(UpClient.facts(where).orElse(null));
      screen().requireOutput();
      server.serve();
      return ExitCode.FINE;
    } finally {
      stopped.countDown();
    }
  }

  /** The virtual machine goes down when this returns; by then the socket is gone. */
  private void stopAtSignal(UpServer server) {
    server.stopAtSignal();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** In a session of its own, where neither Ctrl-C nor the terminal's end reaches it. */
  private int start(Path jar, RuntimeDirectory where) throws IOException, InterruptedException {
    idle();
    where.make();
    where.socket();
    List<String> command = new ArrayList<>(detaching());
    command.add(OwnJar.java().toString());
    command.addAll(JVM_OPTIONS);
    archive().forEach(command::add);
    command.addAll(List.of("-jar", jar.toString(), "up", "--foreground", "--idle", idle));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(new File("/")).redirectInput(new File("/dev/null"));
    Map<String, String> variables = builder.environment();
    variables.keySet().removeIf(name -> !isForIt(name));
    if (!namesAnyFile()) {
      // As the launcher does.
      variables.put("LC_ALL", "C.UTF-8");
    }
    Process process = builder.start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      // It prints a line when it listens, or when another one does.
      if (out.readLine() != null) {
        return print(UpClient.facts(where).orElse(null));
      }
    }
    String trouble = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    throw new RefusedException(
        "the coordinator did not start: " + trouble.strip().replaceFirst("^owf: ", ""));
  }

  /** Whether this virtual machine can, which reads and writes names in its locale's encoding. */
  private static boolean namesAnyFile() {
    return System.getProperty("sun.jnu.encoding", "").equalsIgnoreCase("UTF-8");
  }

  private static boolean isForIt(String variable) {
    return VARIABLES.contains(variable)
        || VARIABLE_PREFIXES.stream().anyMatch(variable::startsWith);
  }

  private List<String> detaching() {
    Programs programs = new Programs(environment().variables());
    return programs
        .find("setsid")
        .map(setsid -> List.of(setsid.toString()))
        .orElseThrow(() ->
            new RefusedException(
                "there is no program `setsid`, which starts it apart from this terminal."
                    + "\n`owf up --foreground` needs none: start that in the background."));
  }

  /** The classes that the launcher has prepared for this jar. */
  private static Stream<String> archive() {
    return ProcessHandle.current()
        .info()
        .arguments()
        .map(Stream::of)
        .orElseGet(Stream::empty)
        .filter(word -> word.startsWith("-XX:SharedArchiveFile=") || word.equals("-Xlog:disable"));
  }
}
