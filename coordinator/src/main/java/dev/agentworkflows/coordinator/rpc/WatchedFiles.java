package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ServerRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Files that are read at once, and again when they have changed. What can't be read, or is no
 * regular file of a usual size, leaves what was read last in force: to read a FIFO would never end.
 */
final class WatchedFiles {

  private static final long MAX_BYTES = 1 << 20;

  /** Reads all of the files, and puts what they say into force. */
  interface Reading {
    void read() throws IOException, GeneralSecurityException;
  }

  private final List<Path> files;
  private final Reading reading;
  private List<String> seen;

  private WatchedFiles(List<Path> files, Reading reading) {
    this.files = files;
    this.reading = reading;
    this.seen = List.of();
  }

  /**
   * Reads, and checks for changes from then on.
   *
   * @throws RefusedException when one is no file that can be read
   */
  static void watch(
      List<Path> files, Reading reading, ScheduledExecutorService timer, long everySeconds)
      throws IOException, GeneralSecurityException {
    WatchedFiles watched = new WatchedFiles(files, reading);
    watched.seen = watched.state();
    reading.read();
    var unused =
        timer.scheduleWithFixedDelay(watched::poll, everySeconds, everySeconds, TimeUnit.SECONDS);
  }

  private void poll() {
    try {
      List<String> now = state();
      if (!now.equals(seen)) {
        // Before it is read: what can't be used is told of once, until it changes again.
        seen = now;
        reading.read();
      }
    } catch (IOException | GeneralSecurityException | RuntimeException | Error e) {
      System.getLogger(WatchedFiles.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "{0} have changed and can''t be used; the last ones stay in force: {1}",
              files,
              e);
    }
  }

  private List<String> state() throws IOException {
    List<String> state = new ArrayList<>();
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw new RefusedException(
            Files.exists(file)
                ? new FileRefusal.Unreadable(file, null)
                : new FileRefusal.Missing(file));
      }
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      if (!is.isRegularFile() || is.size() > MAX_BYTES) {
        throw new RefusedException(new ServerRefusal.NotRegularOrLarge(file));
      }
      state.add(is.lastModifiedTime() + " " + is.size() + " " + is.fileKey());
    }
    return state;
  }
}
