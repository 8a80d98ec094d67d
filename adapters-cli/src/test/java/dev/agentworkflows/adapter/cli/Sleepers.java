package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.SoftAssertions;

/** Processes that a script starts and that end only when they are made to; they leave their ids. */
record Sleepers(Path directory) {

  /** Shell functions for a script: {@code stubborn} starts one that ignores a request to end. */
  static final String FUNCTIONS =
      """
      cat >"$here/stubborn" <<'END'
      trap '' TERM HUP INT
      echo $$ >>"$1"
      while :; do sleep 300; done
      END
      child() { sh "$here/stubborn" "$here/pids" & }
      orphan() { (sh "$here/stubborn" "$here/pids" &); }
      elsewhere() { (setsid sh "$here/stubborn" "$here/pids" &); }
      unmarked() { env -i PATH="$PATH" sh "$here/stubborn" "$here/pids" & }
      started() { while [ "$(grep -c . "$here/pids" 2>/dev/null)" != "$1" ]; do sleep 0.1; done; }
      """;

  /** Waits until so many have started. */
  void await(int count) throws TimeoutException {
    Waiting.until(() -> pids().size() == count, Duration.ofSeconds(30));
  }

  /** None is left; ends those that are, so that a failing test leaves nothing. */
  void assertGone(int count) {
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
  void assertGoneWithin(Duration atMost, int count) {
    try {
      Waiting.until(() -> pids().stream().noneMatch(Sleepers::running), atMost);
    } catch (TimeoutException e) {
      // Told below, process by process.
    }
    assertGone(count);
  }

  /** Ends all of them, and what they have started. */
  void end() {
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
    return ProcessHandle.of(pid).filter(ProcessTree::isRunning).isPresent();
  }

  List<Long> pids() {
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
