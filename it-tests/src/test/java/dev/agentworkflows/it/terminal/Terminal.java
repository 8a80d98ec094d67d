package dev.agentworkflows.it.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A terminal with a shell in it, on which a person types: tmux, on a socket of its own. */
final class Terminal implements AutoCloseable {

  private static final Duration MAX_WAIT = Duration.ofSeconds(60);
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final Owf owf;
  private final String socket =
      "owf-it-" + ProcessHandle.current().pid() + "-" + NUMBERS.incrementAndGet();

  /**
   * @param variables what the shell's environment has besides, as {@code NAME=VALUE}
   */
  Terminal(Owf owf, int columns, int rows, String... variables) {
    this.owf = owf;
    List<String> shell = new ArrayList<>(List.of("env", "-u", "ENV", "PS1=at-your-service "));
    shell.addAll(List.of(variables));
    shell.addAll(List.of("sh", "-i"));
    List<String> start =
        new ArrayList<>(List.of("-f", "/dev/null", "new-session", "-d", "-s", "it"));
    start.addAll(List.of("-x", String.valueOf(columns), "-y", String.valueOf(rows)));
    start.addAll(shell);
    tmux(start.toArray(String[]::new));
    awaitText("at-your-service");
  }

  static boolean isThere() {
    String path = System.getenv().getOrDefault("PATH", "");
    // Elsewhere only the launcher can tell whether there is a terminal.
    return Files.isDirectory(Path.of("/proc/self"))
        && Stream.of(path.split(":")).anyMatch(d -> Files.isExecutable(Path.of(d, "tmux")));
  }

  private String tmux(String... arguments) {
    List<String> command = new ArrayList<>(List.of("tmux", "-u", "-L", socket));
    command.addAll(List.of(arguments));
    Finished finished = owf.program(command).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished.stdout();
  }

  /** Starts the product, as if it was typed. */
  void owf(String arguments) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    type(
        java
            + " -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar "
            + System.getProperty("owf.jar")
            + " "
            + arguments);
  }

  /** Types a line. */
  void type(String line) {
    tmux("send-keys", "-t", "it", "-l", line);
    press("Enter");
  }

  void press(String key) {
    tmux("send-keys", "-t", "it", key);
  }

  void resize(int columns, int rows) {
    tmux("resize-window", "-t", "it", "-x", String.valueOf(columns), "-y", String.valueOf(rows));
  }

  /** What is to be seen. */
  String screen() {
    return tmux("capture-pane", "-p", "-t", "it");
  }

  /** The same with its colours. */
  String colouredScreen() {
    return tmux("capture-pane", "-p", "-e", "-t", "it");
  }

  /** What is to be seen, and what has scrolled out of sight; lines that were wrapped are joined. */
  String everything() {
    return tmux("capture-pane", "-p", "-J", "-S", "-", "-t", "it");
  }

  boolean showsItsCursor() {
    return tmux("display-message", "-p", "-t", "it", "#{cursor_flag}").strip().equals("1");
  }

  void awaitText(String text) {
    await(text)
        .atMost(MAX_WAIT)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(everything()).contains(text));
  }

  /** Waits until the command that was typed last has ended, and gives its exit code. */
  int exitCode() {
    // The quotes keep what is typed apart from what is printed.
    type("echo it has' ended' with $?.");
    awaitText("it has ended with ");
    String all = everything();
    String tail = all.substring(all.indexOf("it has ended with ") + 18);
    return Integer.parseInt(tail.substring(0, tail.indexOf('.')));
  }

  @Override
  public void close() {
    tmux("kill-server");
  }
}
