package dev.agentworkflows.coordinator.cli.doctor;

import dev.agentworkflows.coordinator.Programs;
import dev.agentworkflows.coordinator.home.FileErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/**
 * The directory for temporary files: patches and git's scratch indexes are made there, and native
 * libraries are loaded from there where the user's cache can't hold them.
 */
record TemporaryDirectory(String directory) implements Check {

  private static final long LEAST_MEGABYTES = 64;
  private static final long MEGABYTE = 1L << 20;
  private static final String CURE = " Set TMPDIR, and JDK_JAVA_OPTIONS=-Djava.io.tmpdir=DIR.";

  @Override
  public List<Finding> take() throws InterruptedException {
    Path where = Path.of(directory);
    try {
      Path probe =
          Files.createTempFile(
              where,
              "owf-doctor",
              ".sh",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try {
        Files.writeString(probe, "#!/bin/sh\nexit 0\n");
        return List.of(usable(where, probe));
      } finally {
        Files.deleteIfExists(probe);
      }
    } catch (IOException e) {
      return List.of(
          Finding.fault(
              "temp", "cannot write to " + where + ": " + FileErrors.reason(e) + "." + CURE));
    }
  }

  private static Finding usable(Path where, Path probe) throws IOException, InterruptedException {
    long free = Files.getFileStore(where).getUsableSpace() / MEGABYTE;
    if (free < LEAST_MEGABYTES) {
      return Finding.fault("temp", where + " has " + free + " MB left: make room." + CURE);
    }
    if (!runs(probe)) {
      return Finding.note(
          "temp",
          where
              + " lets no program run (mounted noexec): where the user's cache can't be used"
              + " either, SQLite's library can't be loaded."
              + CURE);
    }
    return Finding.ok("temp", where + ", " + free + " MB left");
  }

  private static boolean runs(Path program) throws InterruptedException {
    return new Programs(Map.of()).ask(program).fine();
  }
}
