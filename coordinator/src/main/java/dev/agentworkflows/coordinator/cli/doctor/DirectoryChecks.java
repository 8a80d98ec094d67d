package dev.agentworkflows.coordinator.cli.doctor;

import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What directories have to allow. */
final class DirectoryChecks {

  private static final long LEAST_MEGABYTES = 100;
  private static final long MEGABYTE = 1L << 20;

  private DirectoryChecks() {}

  /** The user's cache: the shim and SQLite's library are unpacked to it. */
  static List<Finding> cache(Path directory) {
    String cure = " Set XDG_CACHE_HOME to a directory that can be written to.";
    Optional<String> problem = problem(directory);
    return List.of(
        problem.isPresent()
            ? Finding.fault("cache", problem.get() + cure)
            : Finding.ok("cache", directory.toString()));
  }

  /** Why nothing can be written there, also when it is not made yet; empty when it can. */
  static Optional<String> problem(Path directory) {
    Path there = directory;
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    if (there == null) {
      return Optional.of("there is no place for " + directory + ".");
    }
    if (!Files.isDirectory(there)) {
      return Optional.of(there + " is in the way: it is no directory.");
    }
    try {
      // Rights alone do not tell: the disk may be mounted to be read only, or full.
      Path probe = Files.createTempFile(there, ".owf-doctor", ".tmp");
      try {
        Files.write(probe, new byte[4096]);
      } finally {
        Files.deleteIfExists(probe);
      }
    } catch (IOException e) {
      String reason = FileErrors.reason(e);
      return Optional.of(
          "cannot write to " + there + ": " + reason + "." + space(there, reason) + owner(there));
    }
    return Optional.empty();
  }

  private static String space(Path directory, String reason) {
    return reason.toLowerCase(Locale.ROOT).contains("no space") ? " Make room on its disk." : "";
  }

  /** Somebody else's directory is the usual cause: a run with sudo, or in a container. */
  private static String owner(Path directory) {
    try {
      String owner = Files.getOwner(directory).getName();
      String user = System.getProperty("user.name", "");
      String rights = PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
      return " It belongs to " + owner + " (" + rights + "), and you are " + user + ".";
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** A sentence when a disk is nearly full. */
  static Optional<String> fullness(Path directory) throws IOException {
    long free = Files.getFileStore(directory).getUsableSpace() / MEGABYTE;
    return free < LEAST_MEGABYTES
        ? Optional.of("its disk has " + free + " MB left: make room, or pass --home DIR.")
        : Optional.empty();
  }
}
