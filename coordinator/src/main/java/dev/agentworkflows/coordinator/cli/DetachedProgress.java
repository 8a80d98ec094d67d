package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.coordinator.secret.RedactedOutput;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Of a script that nobody waits for: what it prints goes to a file of its run, without keys.
 * Thread-safe.
 */
final class DetachedProgress extends Progress {

  /** In the run's directory. */
  private static final String FILE = "script.log";

  /** Of what is printed before the run's directory is known. */
  private static final int MAX_BEFORE = 1 << 20;

  /** A script that prints without end fills no disk. */
  private static final long MAX_FILE = 64L << 20;

  private final Log log = new Log();
  private final OutputStream redacted;

  DetachedProgress(Supplier<Redactor> redactor) {
    redacted = new RedactedOutput(log, 0, redactor);
  }

  /** From now on into this run's directory. */
  Path open(Path runDirectory) throws IOException {
    Path file = runDirectory.resolve(FILE);
    PrivateFiles.writeWithParents(file, new byte[0]);
    log.to(Files.newOutputStream(file, StandardOpenOption.APPEND));
    return file;
  }

  private static final class Log extends OutputStream {
    private final ByteArrayOutputStream before = new ByteArrayOutputStream();
    private @Nullable OutputStream file;
    private long written;

    synchronized void to(OutputStream opened) throws IOException {
      file = opened;
      before.writeTo(opened);
    }

    @Override
    public synchronized void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
      OutputStream target = file == null ? before : file;
      long room = (file == null ? MAX_BEFORE : MAX_FILE) - written;
      int count = (int) Math.min(length, Math.max(0, room));
      target.write(bytes, offset, count);
      written += count;
    }

    @Override
    public synchronized void close() throws IOException {
      if (file != null) {
        file.close();
      }
    }
  }

  @Override
  void watch(Supplier<Optional<RunSnapshot>> view) {}

  @Override
  void line(String line) {}

  @Override
  void prompt(String text) {}

  @Override
  ScriptOutput scriptOutput() {
    return new ScriptOutput(redacted, redacted, false, true);
  }

  @Override
  public void close() {
    try {
      redacted.flush();
      redacted.close();
    } catch (IOException e) {
      // The disk is full, perhaps: the run itself is recorded elsewhere.
    }
  }
}
