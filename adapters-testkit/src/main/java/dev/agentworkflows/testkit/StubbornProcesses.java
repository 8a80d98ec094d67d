package dev.agentworkflows.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.SoftAssertions;

/**
 * Processes that a shell script starts and that end only when they are made to: they ignore
 * requests to end. They leave their ids in a file of the script's directory.
 *
 * @param directory the script's, which it knows as {@code $here}
 */
public record StubbornProcesses(Path directory) {

  /**
   * Shell functions for a script: {@code child} starts one; {@code orphan} one whose parent is
   * gone; {@code detached} one whose parent is gone, in a session of its own; {@code unmarked} one
   * with an empty environment; {@code started N} waits until so many have written down their ids.
   */
  public static final String FUNCTIONS =
      """
      cat >"$here/stubborn" <<'END'
      trap '' TERM HUP INT
      echo $$ >>"$1"
      while :; do sleep 300; done
      END
      child() { sh "$here/stubborn" "$here/pids" & }
      orphan() { (sh "$here/stubborn" "$here/pids" &); }
      detached() { (setsid sh "$here/stubborn" "$here/pids" &); }
      unmarked() { env -i PATH="$PATH" sh "$here/stubborn" "$here/pids" & }
      started() { while [ "$(grep -c . "$here/pids" 2>/dev/null)" != "$1" ]; do sleep 0.1; done; }
      """;

  /** Waits until so many have started. */
  public void await(int count) throws TimeoutException {
    Waiting.until(() -> pids().size() == count, Duration.ofSeconds(30));
  }

  /** None is left; ends those that are, so that a failing test leaves nothing. */
  public void assertGone(int count) {
    List<Long> pids = pids();
    assertThat(pids).as("were started").hasSize(count);
    SoftAssertions.assertSoftly(softly -> {
      for (long pid : pids) {
        boolean running = running(pid);
        softly.assertThat(running).as("process %d is still there", pid).isFalse();
        ProcessHandle.of(pid).filter(p -> running).ifPresent(ProcessHandle::destroyForcibly);
      }
    });
  }

  /** As {@link #assertGone}, once there was time for it. */
  public void assertGoneWithin(Duration atMost, int count) {
    try {
      Waiting.until(() -> pids().stream().noneMatch(StubbornProcesses::running), atMost);
    } catch (TimeoutException e) {
      // Told below, process by process.
    }
    assertGone(count);
  }

  /** Ends all of them, and what they have started. */
  public void end() {
    for (long pid : pids()) {
      ProcessHandle.of(pid)
          .ifPresent(process -> {
            List<ProcessHandle> started = process.descendants().toList();
            process.destroyForcibly();
            started.forEach(ProcessHandle::destroyForcibly);
          });
    }
  }

  private static boolean running(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() && !isZombie(pid);
  }

  /** Ended, and nobody asked how: where an orphan's new parent does not, it stays so. */
  private static boolean isZombie(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
      return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
    } catch (IOException e) {
      return false; // No such file system, or no such process any more.
    }
  }

  /** The ids of those that have started. */
  public List<Long> pids() {
    Path file = directory.resolve("pids");
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().map(Long::valueOf).toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
