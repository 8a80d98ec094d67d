package dev.agentworkflows.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;
import org.sqlite.util.OSInfo;

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
   * Unpacks the library into the directory unless it is there, and tells the driver. To be called
   * before the first {@link RunStore} is opened; any number of processes may do so at once. Where
   * it can't be done, or the user has told the driver otherwise, the driver goes its own way.
   */
  public static void unpackOnceInto(Path cacheDirectory) {
    if (System.getProperty(PATH) != null || System.getProperty(NAME) != null) {
      return;
    }
    try {
      String name = LibraryLoaderUtil.getNativeLibName();
      Path directory =
          cacheDirectory
              .toAbsolutePath()
              .resolve("sqlite-" + SQLiteJDBCLoader.getVersion() + "-" + platform());
      createOwnerOnly(directory);
      Path library = directory.resolve(name);
      if (Files.exists(library) || unpack(name, library)) {
        System.setProperty(PATH, directory.toString());
        System.setProperty(NAME, name);
      }
    } catch (IOException | UnsupportedOperationException | SecurityException e) {
      // A cache that can't be used costs 100 ms a start and nothing else.
    }
  }

  /** As in {@code Linux-x86_64}. */
  private static String platform() {
    return OSInfo.getNativeLibFolderPathForCurrentOS().replace('/', '-');
  }

  /** Code is loaded from here: nobody else may be able to put a library into it. */
  private static void createOwnerOnly(Path directory) throws IOException {
    Files.createDirectories(directory.getParent());
    if (!Files.exists(directory)) {
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }
    if (!Files.getPosixFilePermissions(directory).equals(OWNER_ONLY)) {
      throw new IOException(directory + " is open to others");
    }
  }

  private static boolean unpack(String name, Path library) throws IOException {
    String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
    try (InputStream packed = SQLiteJDBCLoader.class.getResourceAsStream(resource)) {
      if (packed == null) {
        return false;
      }
      Path unfinished = Files.createTempFile(library.getParent(), name, ".unfinished");
      try {
        Files.copy(packed, unfinished, StandardCopyOption.REPLACE_EXISTING);
        // Another process may have done the same; both files are whole, and either may stay.
        Files.move(unfinished, library, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
      return true;
    }
  }
}
