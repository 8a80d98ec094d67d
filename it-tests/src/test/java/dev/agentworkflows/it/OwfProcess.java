package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A started process, whose output goes to files and can be looked at while it runs. */
public final class OwfProcess {

  /** No test's process has a reason to take longer, also on a machine that is busy. */
  private static final Duration MAX_WAIT = Duration.ofMinutes(4);

  private final List<String> command;
  private final Process process;
  private final Path out;
  private final Path err;

  /** Not found among the descendants any more when their coordinator was killed. */
  private final Queue<ProcessHandle> shims = new ConcurrentLinkedQueue<>();

  OwfProcess(List<String> command, Process process, Path out, Path err) {
    this.command = List.copyOf(command);
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Waits for the end; a process that has none in time is killed, and the test fails. */
  public Finished finish() {
    try {
      boolean ended = process.waitFor(MAX_WAIT.toSeconds(), TimeUnit.SECONDS);
      kill();
      Finished finished =
          new Finished(
              command,
              process.waitFor(),
              Files.readAllBytes(out),
              new String(Files.readAllBytes(err), StandardCharsets.UTF_8));
      assertThat(ended).as("it ends within " + MAX_WAIT + ": " + finished).isTrue();
      return finished;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + command, e);
    }
  }

  /** Waits until standard output has this text. */
  public OwfProcess awaitOutput(String text) {
    await("'" + text + "' on the standard output of " + command)
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> {
          boolean there = Files.readString(out).contains(text);
          if (!there && !process.isAlive()) {
            throw new AssertionError("ended without '" + text + "': " + finish());
          }
          return there;
        });
    return this;
  }

  /** What it has written to standard output so far. */
  public String output() {
    try {
      return Files.readString(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has written to standard error so far. */
  public String errors() {
    try {
      return Files.readString(err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The script's process: the only one that a coordinator starts by itself. */
  public ProcessHandle shim() {
    List<ProcessHandle> children = process.children().toList();
    assertThat(children).as("processes of " + command).hasSize(1);
    shims.add(children.get(0));
    return children.get(0);
  }

  /** SIGINT to the process and the group that it leads. */
  public void pressCtrlC() {
    signal("-INT", "-" + process.pid());
  }

  /** SIGTERM to the process alone. */
  public void terminate() {
    signal("-TERM", Long.toString(process.pid()));
  }

  private static void signal(String signal, String target) {
    try {
      // `--`, or a group's number would be taken for an option.
      Process kill = new ProcessBuilder("/bin/kill", signal, "--", target).start();
      assertThat(kill.waitFor()).as("kill " + signal + " " + target).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** `kill -9` of the script's process, unless it has ended. */
  public void killShim() {
    process.children().forEach(ProcessHandle::destroyForcibly);
  }

  /** As `kill -9` does: this process alone. */
  public void destroyForcibly() {
    process.destroyForcibly();
  }

  /** It and all that it started. */
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    shims.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
