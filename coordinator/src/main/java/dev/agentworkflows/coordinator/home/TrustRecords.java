package dev.agentworkflows.coordinator.home;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which homes this user has made or accepted on this machine. The records are kept apart from the
 * homes, in {@code $XDG_STATE_HOME/owf/homes}, else {@code ~/.local/state/owf/homes}: whoever hands
 * over a home can't hand over its record.
 */
final class TrustRecords {

  private static final int MAX_BYTES = 64 * 1024;
  private static final String VERSION = "owf-home 1";

  private final StateFiles files;

  private TrustRecords(StateFiles files) {
    this.files = files;
  }

  static TrustRecords of(Map<String, String> environment) {
    return new TrustRecords(StateFiles.of(environment, "homes"));
  }

  /**
   * One home.
   *
   * @param home its real path
   * @param id what is written in the home too; empty for a home that can't be written to
   * @param inode of the home's directory
   * @param database inode of the database's file
   * @param owner the user who owns the home
   */
  record Trusted(Path home, String id, long inode, long database, int owner) {

    private String text() {
      return String.join(
          "\n",
          VERSION,
          home.toString(),
          id,
          Long.toString(inode),
          Long.toString(database),
          Integer.toString(owner),
          "");
    }

    private static Optional<Trusted> parse(String text) {
      // A path may hold line ends: what stands around it does not.
      List<String> lines = List.of(text.split("\n", -1));
      int last = lines.size() - 1;
      if (lines.size() < 7 || !lines.get(0).equals(VERSION) || !lines.get(last).isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new Trusted(
                Path.of(String.join("\n", lines.subList(1, last - 4))),
                lines.get(last - 4),
                Long.parseLong(lines.get(last - 3)),
                Long.parseLong(lines.get(last - 2)),
                Integer.parseInt(lines.get(last - 1))));
      } catch (NumberFormatException | InvalidPathException e) {
        return Optional.empty();
      }
    }
  }

  /** The record of a home; one that anybody else could have written counts for nothing. */
  Optional<Trusted> of(Path home) {
    return read(files.file(home)).filter(trusted -> trusted.home().equals(home));
  }

  private static Optional<Trusted> read(Path file) {
    return StateFiles.readFile(file, MAX_BYTES).flatMap(Trusted::parse);
  }

  void save(Trusted trusted) throws IOException {
    files.write(trusted.home(), trusted.text());
  }

  /** The paths of all homes that have a record, whatever became of them. */
  List<Path> homes() throws IOException {
    List<Path> homes = new ArrayList<>();
    try (Stream<Path> all = Files.list(files.directory())) {
      for (Path file : all.filter(one -> !one.endsWith(".lock")).sorted().toList()) {
        read(file).ifPresent(trusted -> homes.add(trusted.home()));
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return homes;
  }

  /** Work that no other process does at the same time. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Runs work alone; where records can't be written, there is nobody to wait for. */
  <T> T alone(Work<T> work) throws IOException {
    // A lock of the operating system is the whole process's.
    synchronized (TrustRecords.class) {
      return aloneOnThisMachine(work);
    }
  }

  private <T> T aloneOnThisMachine(Work<T> work) throws IOException {
    FileChannel channel;
    try {
      PrivateFiles.createDirectories(files.directory());
      channel = PrivateFiles.openLock(files.directory().resolve(".lock"));
    } catch (IOException e) {
      return work.run();
    }
    try (channel;
        FileLock lock = channel.lock()) {
      return work.run();
    }
  }
}
