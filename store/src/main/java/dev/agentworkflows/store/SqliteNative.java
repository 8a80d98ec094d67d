package dev.agentworkflows.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * SQLite's native library, unpacked once for all starts: otherwise the driver unpacks it into the
 * temp directory each time, and leaves it there when the process is killed.
 */
public final class SqliteNative {
  private static final String PATH = "org.sqlite.lib.path";
  private static final String NAME = "org.sqlite.lib.name";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private SqliteNative() {}

  /**
   * Unpacks the library into the directory unless it is there, untouched, and tells the driver. To
   * be called before the first {@link Store} is opened; any number of processes may do so at once.
   * Where it can't be done, or the user has told the driver otherwise, the driver goes its own way.
   */
  public static void unpackOnceInto(Path cacheDirectory) {
    if (System.getProperty(PATH) != null || System.getProperty(NAME) != null) {
      return;
    }
    try {
      String name = System.mapLibraryName("sqlitejdbc");
      Path directory = cacheDirectory.toAbsolutePath().resolve(directoryName());
      createOwnerOnly(directory);
      Path library = directory.resolve(name);
      if (UnpackedFiles.areUntouched(directory, List.of(name)) || unpack(library)) {
        System.setProperty(PATH, directory.toString());
        System.setProperty(NAME, name);
      }
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      // A cache that can't be used costs 100 ms a start and nothing else.
    }
  }

  /**
   * Keyed by what the JVM says of the machine: the driver's own answer, which knows a C library
   * from another, takes 60 ms to find. Should it matter, loading fails and the driver unpacks its
   * own.
   */
  private static String directoryName() {
    String machine = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
    return "sqlite-" + SQLiteJDBCLoader.getVersion() + "-" + machine.replaceAll("[^\\w-]", "");
  }

  /** Code is loaded from here: nobody else may be able to put a library into it. */
  private static void createOwnerOnly(Path directory) throws IOException {
    Files.createDirectories(directory.getParent());
    if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    if (!Files.getPosixFilePermissions(directory).equals(OWNER_ONLY)) {
      throw new IOException(directory + " is open to others");
    }
    UnpackedFiles.requireOurs(directory);
  }

  private static boolean unpack(Path library) throws IOException {
    String resource =
        LibraryLoaderUtil.getNativeLibResourcePath() + "/" + LibraryLoaderUtil.getNativeLibName();
    try (InputStream packed = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (packed == null) {
        return false;
      }
      Path unfinished = Files.createTempFile(library.getParent(), "sqlite", ".unfinished");
      try {
        Files.copy(packed, unfinished, StandardCopyOption.REPLACE_EXISTING);
        // Another process may have done the same; both files are whole, and either may stay.
        Files.move(unfinished, library, StandardCopyOption.ATOMIC_MOVE);
        UnpackedFiles.seal(
            library.resolveSibling(""), List.of(String.valueOf(library.getFileName())));
      } finally {
        Files.deleteIfExists(unfinished);
      }
      return true;
    }
  }
}
