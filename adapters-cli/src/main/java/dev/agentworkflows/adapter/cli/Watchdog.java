package dev.agentworkflows.adapter.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A small process that outlives this one: when we end without saying that the call is over, by
 * SIGKILL for instance, it ends the call's processes. It waits at a pipe that we alone hold open.
 */
final class Watchdog implements AutoCloseable {

  private static final String SCRIPT = script();

  private final Process process;

  private Watchdog(Process process) {
    this.process = process;
  }

  /** Watches from now on: start it before the first process that carries the mark. */
  static Watchdog over(ProcessMark mark, Map<String, String> environment) throws IOException {
    List<String> command = new ArrayList<>(OwnSession.prefix(environment));
    command.addAll(List.of("/bin/sh", "-c", SCRIPT));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            // Not in a worktree, which would then be in use.
            .directory(Path.of("/").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("PATH", environment.getOrDefault("PATH", "/usr/bin:/bin"));
    Watchdog watchdog = new Watchdog(builder.start());
    try {
      // Through the pipe: as an argument it would show in `ps` and be taken for a carrier's.
      watchdog.send(mark.entry());
    } catch (IOException e) {
      watchdog.process.destroyForcibly();
      throw e;
    }
    return watchdog;
  }

  /** Tells it that nothing is left to watch. */
  @Override
  public void close() {
    try {
      send("over");
      process.getOutputStream().close();
      if (process.waitFor(1, TimeUnit.SECONDS)) {
        return;
      }
    } catch (IOException e) {
      // It is gone already, which is what we want.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }

  private void send(String line) throws IOException {
    OutputStream pipe = process.getOutputStream();
    pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    pipe.flush();
  }

  private static String script() {
    try (InputStream script = Watchdog.class.getResourceAsStream("watchdog.sh")) {
      if (script == null) {
        throw new IllegalStateException("watchdog.sh is missing from the adapter's jar");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
