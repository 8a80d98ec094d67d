package dev.agentworkflows.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/** A database file that is ours, and the ways to connect to it. */
final class Database {
  static final int PAGE_SIZE = 16_384;
  private static final int BUSY_TIMEOUT_MS = 30_000;

  /** More than any text that is kept takes, with room for escapes. */
  private static final int MAX_VALUE_BYTES = 256 * 1024 * 1024;

  private static final int MAX_TRIGGER_DEPTH = 4;

  private final Path file;
  private final StoreErrors troubles;
  private final DatabaseFiles files;
  private @Nullable Object entered;

  private Database(Path file) {
    this.file = file;
    this.troubles = new StoreErrors(file);
    this.files = new DatabaseFiles(file, troubles);
  }

  /** The database at {@code file}, whose file is made when there is none. */
  static Database at(Path file) {
    Database database = new Database(file.toAbsolutePath());
    database.inspectOrCreateFile();
    return database;
  }

  /** Keeps its file from being opened past SQLite while there are connections; to be closed. */
  Database entered() {
    try {
      entered = OpenDatabases.enter(file);
      return this;
    } catch (IOException e) {
      throw troubles.explain(e);
    }
  }

  /** All connections are closed. */
  void close() {
    OpenDatabases.leave(entered);
    entered = null;
  }

  StoreErrors troubles() {
    return troubles;
  }

  /** The connection that writes. Creates the schema, or migrates it, when need be. */
  Connection connectForWriting() throws SQLException {
    Connection connection = connect("");
    try {
      new Schema(connection, troubles).bringUpToDate();
      // Elsewhere it means nothing; on macOS a plain sync stops at the drive's own cache.
      execute(connection, "PRAGMA fullfsync = ON");
      return connection;
    } catch (SQLException | RuntimeException | Error e) {
      Closing.after(e, connection::close);
      throw e;
    }
  }

  /** The directory that it lies in. */
  Path home() {
    return Objects.requireNonNull(file.getParent());
  }

  /** What tells the file from another one in its place; null when there is none. */
  @Nullable Object identity() {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * A connection to a database that can't be written to, as on a disk that is full or read-only.
   */
  Connection connectToRead() throws SQLException {
    Connection connection = connect(readingParameters());
    try {
      new Schema(connection, troubles).requireUpToDate();
      execute(connection, "PRAGMA query_only = ON");
      return connection;
    } catch (SQLException | RuntimeException | Error e) {
      Closing.after(e, connection::close);
      throw e;
    }
  }

  /** Where nothing waits in a log, none needs to be made: SQLite then takes the file as it is. */
  private String readingParameters() {
    Path log = files.beside("-wal");
    boolean empty;
    try {
      empty = Files.notExists(log) || Files.size(log) == 0;
    } catch (IOException e) {
      empty = false;
    }
    return empty ? "?mode=ro&immutable=1" : "?mode=ro";
  }

  /** A connection that refuses to write. */
  Connection connectReadOnly() throws SQLException {
    Connection connection = connect("");
    try {
      execute(connection, "PRAGMA query_only = ON");
      return connection;
    } catch (SQLException | RuntimeException | Error e) {
      Closing.after(e, connection::close);
      throw e;
    }
  }

  private Connection connect(String parameters) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    config.setPageSize(PAGE_SIZE);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    // Otherwise the driver asks for the last rowid after each INSERT.
    config.setGetGeneratedKeys(false);
    // As a URI: the driver takes a '?' in a plain path for the beginning of its options.
    Connection connection = config.createConnection("jdbc:sqlite:" + file.toUri() + parameters);
    try {
      restrict((SQLiteConnection) connection);
      return connection;
    } catch (SQLException | RuntimeException | Error e) {
      Closing.after(e, connection::close);
      throw e;
    }
  }

  /** A database may be anybody's work: nothing in its schema is carried out but what is plain. */
  private static void restrict(SQLiteConnection connection) throws SQLException {
    connection.setLimit(SQLiteLimits.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES);
    connection.setLimit(SQLiteLimits.SQLITE_LIMIT_ATTACHED, 0);
    connection.setLimit(SQLiteLimits.SQLITE_LIMIT_TRIGGER_DEPTH, MAX_TRIGGER_DEPTH);
    execute(connection, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private void inspectOrCreateFile() {
    try {
      if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
        create();
      }
      files.check();
    } catch (IOException e) {
      throw troubles.explain(e);
    }
  }

  private void create() throws IOException {
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] ownerOnly =
        posix
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try {
      Files.createFile(file, ownerOnly);
    } catch (FileAlreadyExistsException e) {
      // Another process was quicker, and its file is as good.
    }
  }
}
