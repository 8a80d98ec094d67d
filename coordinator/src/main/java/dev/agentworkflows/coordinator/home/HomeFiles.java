package dev.agentworkflows.coordinator.home;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** What lies at the top of a home, and what each of it must be: ours, no link, nobody else's. */
final class HomeFiles {

  static final String DATABASE = "workflow.sqlite";
  static final String ID = "home-id";

  private static final List<String> FILES =
      List.of(
          DATABASE,
          DATABASE + "-wal",
          DATABASE + "-shm",
          DATABASE + "-journal",
          ID,
          "operator-token");
  private static final List<String> DIRECTORIES = List.of("runs", "owners", "batches", "tls");

  private HomeFiles() {}

  /** Whether there is anything that a command would read as a home's. */
  static boolean areIn(Path home) throws IOException {
    for (List<String> names : List.of(FILES, DIRECTORIES)) {
      for (String name : names) {
        if (FileFacts.of(home.resolve(name)).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether a directory holds anything but what homes, and a user's settings, have in theirs. */
  static boolean hasOthers(Path home) throws IOException {
    if (home.endsWith(".workflows")) {
      return false;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(home)) {
      for (Path one : all) {
        if (!one.endsWith(".gitignore")) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Refuses a home with an entry of another kind or owner; takes away what others may do with it.
   *
   * @param owner of the home
   */
  static void check(Path home, int owner) throws IOException {
    checkOne(home, true, owner);
    for (String name : FILES) {
      checkOne(home.resolve(name), false, owner);
    }
    for (String name : DIRECTORIES) {
      checkOne(home.resolve(name), true, owner);
    }
  }

  private static void checkOne(Path file, boolean directory, int owner) throws IOException {
    Optional<FileFacts> found = FileFacts.of(file);
    if (found.isEmpty()) {
      return;
    }
    FileFacts facts = found.get();
    if (directory ? !facts.isDirectory() : !facts.isRegularFile()) {
      throw new RefusedException(new HomeRefusal.ForeignEntry(file, directory));
    }
    if (facts.owner() != owner) {
      throw new RefusedException(new HomeRefusal.OfAnotherUser(file));
    }
    if (facts.isOpenToOthers()) {
      tighten(file, directory, facts);
    }
  }

  private static void tighten(Path file, boolean directory, FileFacts facts) throws IOException {
    try {
      Files.setPosixFilePermissions(
          file, PosixFilePermissions.fromString(directory ? "rwx------" : "rw-------"));
    } catch (IOException e) {
      if (facts.isWritableByOthers()) {
        throw e;
      }
      // A disk that is read-only shows what it shows.
    }
  }
}
