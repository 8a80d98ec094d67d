package dev.agentworkflows.coordinator.home;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.store.DatabaseHeader;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Opens homes that this user made or accepted on this machine, and no others. A home is known by
 * its record ({@link TrustRecords}): its path, a random id that is also written in it, and the
 * inodes of its directory and database. A clone, a copy, a home that was moved and one whose
 * database was replaced lack one or the other.
 */
final class HomeAccess {

  /** Takes all homes, for machines that exist for one job. */
  private static final String TRUST_ALL = "OWF_TRUST_HOMES";

  private static final int ID_BYTES = 16;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");

  private final TrustRecords records;
  private final boolean trustsAll;

  HomeAccess(Map<String, String> environment) {
    this.records = TrustRecords.of(environment);
    this.trustsAll = "1".equals(environment.get(TRUST_ALL));
  }

  WorkflowHome open(Path directory) throws IOException {
    if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
      return new WorkflowHome(directory);
    }
    Path home = directory.toRealPath();
    if (isKnown(home)) {
      return checked(home);
    }
    if (isBlank(home)) {
      return new WorkflowHome(home);
    }
    return records.alone(() -> openUnknown(home));
  }

  WorkflowHome openOrMake(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      Path home = directory.toRealPath();
      if (isKnown(home) && Files.exists(home.resolve(HomeFiles.DATABASE))) {
        return checked(home);
      }
    }
    return records.alone(() -> {
      PrivateFiles.createDirectories(directory);
      Path home = directory.toRealPath();
      boolean whole = isKnown(home) && Files.exists(home.resolve(HomeFiles.DATABASE));
      return !whole && (isKnown(home) || isBlank(home)) ? made(home) : openUnknown(home);
    });
  }

  WorkflowHome trust(Path directory) throws IOException {
    Path home = directory.toRealPath();
    return records.alone(() -> {
      FileFacts facts = facts(home);
      refuseThatOfAnotherProgram(home);
      HomeFiles.check(home, facts.owner());
      createDatabase(home);
      record(home, facts.owner());
      return new WorkflowHome(home);
    });
  }

  List<Path> all() throws IOException {
    List<Path> homes = new ArrayList<>();
    for (Path home : records.homes()) {
      if (Files.isDirectory(home, LinkOption.NOFOLLOW_LINKS) && isKnown(home)) {
        homes.add(home);
      }
    }
    return homes;
  }

  /** Whether a home is the one of its record, and nobody else could have changed it since. */
  private boolean isKnown(Path home) throws IOException {
    Optional<TrustRecords.Trusted> found = records.of(home);
    if (found.isEmpty()) {
      return false;
    }
    TrustRecords.Trusted trusted = found.get();
    FileFacts facts = facts(home);
    Optional<FileFacts> database = FileFacts.of(home.resolve(HomeFiles.DATABASE));
    return facts.inode() == trusted.inode()
        && facts.owner() == trusted.owner()
        && !facts.isWritableByOthers()
        // One that its owner took away is made again.
        && (database.isEmpty() || database.get().inode() == trusted.database())
        && (trusted.id().isEmpty() || trusted.id().equals(id(home)));
  }

  private WorkflowHome openUnknown(Path home) throws IOException {
    if (isKnown(home)) {
      // Another process has made it meanwhile.
      return checked(home);
    }
    FileFacts facts = facts(home);
    refuseThatOfAnotherProgram(home);
    if (!trustsAll) {
      throw new RefusedException(new HomeRefusal.NotTrusted(home, reason(home, facts)));
    }
    HomeFiles.check(home, facts.owner());
    return new WorkflowHome(home);
  }

  /** The Python runtime's home has the same name, and its database too. */
  private static void refuseThatOfAnotherProgram(Path home) {
    Path database = home.resolve(HomeFiles.DATABASE);
    if (DatabaseHeader.isOfAnotherProgram(database)) {
      throw new RefusedException(new HomeRefusal.OfAnotherProgram(home, database));
    }
  }

  private String reason(Path home, FileFacts facts) throws IOException {
    if (facts.owner() != FileFacts.currentUser()) {
      return "it belongs to another user";
    }
    if (facts.isWritableByOthers()) {
      return "others may write to it";
    }
    return records.of(home).isPresent()
        ? "it is not the one that you made there; it was copied, restored or replaced"
        : "you did not make it on this machine; it came with a clone or a copy,"
            + " or is of an earlier version";
  }

  private WorkflowHome checked(Path home) throws IOException {
    HomeFiles.check(home, facts(home).owner());
    return new WorkflowHome(home);
  }

  /** Whether a directory is this user's and holds nothing that could be believed. */
  private static boolean isBlank(Path home) throws IOException {
    return facts(home).owner() == FileFacts.currentUser() && !HomeFiles.areIn(home);
  }

  /** Called alone: whoever comes meanwhile must not find a home without its record. */
  private WorkflowHome made(Path home) throws IOException {
    refuseDirectoryOfOthers(home);
    HomeFiles.check(home, facts(home).owner());
    Path ignore = home.resolve(".gitignore");
    if (!Files.exists(ignore, LinkOption.NOFOLLOW_LINKS)) {
      PrivateFiles.write(ignore, "*\n");
    }
    createDatabase(home);
    try {
      record(home, facts(home).owner());
    } catch (IOException e) {
      System.getLogger(HomeAccess.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "that the home "
                  + home
                  + " is yours could not be written down ("
                  + FileErrors.reason(e)
                  + "): set XDG_STATE_HOME to a directory that can be written to");
    }
    return new WorkflowHome(home);
  }

  /** To take away what others may do with it would be a surprise, in /tmp a disaster. */
  private static void refuseDirectoryOfOthers(Path home) throws IOException {
    if (!HomeFiles.areIn(home) && facts(home).isOpenToOthers() && HomeFiles.hasOthers(home)) {
      throw new RefusedException(new HomeRefusal.OpenToOthers(home));
    }
  }

  private static void createDatabase(Path home) throws IOException {
    try {
      PrivateFiles.createFile(home.resolve(HomeFiles.DATABASE));
    } catch (FileAlreadyExistsException e) {
      // It stays.
    }
  }

  private void record(Path home, int owner) throws IOException {
    // One that is there stays: a home that is moved back is then known again.
    String id = id(home);
    if (!ID.matcher(id).matches()) {
      id = newId(home);
    }
    records.save(
        new TrustRecords.Trusted(
            home,
            id,
            facts(home).inode(),
            FileFacts.of(home.resolve(HomeFiles.DATABASE)).map(FileFacts::inode).orElse(-1L),
            owner));
  }

  private static String newId(Path home) throws IOException {
    byte[] random = new byte[ID_BYTES];
    new SecureRandom().nextBytes(random);
    String id = HexFormat.of().formatHex(random);
    try {
      PrivateFiles.write(home.resolve(HomeFiles.ID), id + "\n");
      return id;
    } catch (IOException e) {
      if (Files.isWritable(home)) {
        throw e;
      }
      // On a disk that is read-only, path and inodes must do.
      return "";
    }
  }

  private static String id(Path home) {
    Path file = home.resolve(HomeFiles.ID);
    try {
      return PrivateFiles.read(file, 4 * ID_BYTES).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static FileFacts facts(Path home) throws IOException {
    return FileFacts.of(home)
        .filter(FileFacts::isDirectory)
        .orElseThrow(() -> new NotDirectoryException(home.toString()));
  }
}
