package dev.agentworkflows.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import org.sqlite.SQLiteConfig;

/**
 * A database file that is ours, and the ways to connect to it.
 *
 * <p>What is not ours is told from the file's first bytes, before SQLite sees it: opening a
 * database, even to read, may change it.
 */
final class Database {
  static final int PAGE_SIZE = 16_384;
  private static final int BUSY_TIMEOUT_MS = 30_000;

  // https://www.sqlite.org/fileformat2.html#the_database_header
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(US_ASCII);
  private static final int HEADER_SIZE = 100;
  private static final int USER_VERSION_AT = 60;
  private static final int APPLICATION_ID_AT = 68;

  private final Path file;
  private final Troubles troubles;

  private Database(Path file) {
    this.file = file;
    this.troubles = new Troubles(file);
  }

  /** The database at {@code file}, whose file is made when there is none. */
  static Database at(Path file) {
    Database database = new Database(file.toAbsolutePath());
    database.inspectOrCreateFile();
    return database;
  }

  Troubles troubles() {
    return troubles;
  }

  /** The connection that writes. Creates the schema, or migrates it, when need be. */
  Connection connectForWriting() throws SQLException {
    Connection connection = connect();
    try {
      new Schema(connection, troubles).bringUpToDate();
      // Elsewhere it means nothing; on macOS a plain sync stops at the drive's own cache.
      execute(connection, "PRAGMA fullfsync = ON");
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** A connection that refuses to write. */
  Connection connectReadOnly() throws SQLException {
    Connection connection = connect();
    try {
      execute(connection, "PRAGMA query_only = ON");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private Connection connect() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(BUSY_TIMEOUT_MS);
    config.setPageSize(PAGE_SIZE);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    // Otherwise the driver asks for the last rowid after each INSERT.
    config.setGetGeneratedKeys(false);
    // As a URI: the driver takes a '?' in a plain path for the beginning of its options.
    return config.createConnection("jdbc:sqlite:" + file.toUri());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private void inspectOrCreateFile() {
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw troubles.notOurs();
      }
      if (!Files.exists(file)) {
        create();
      }
      byte[] header = header();
      if (header.length > 0) {
        refuseWhatIsNotOurs(header);
      }
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

  private byte[] header() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(HEADER_SIZE);
    }
  }

  private void refuseWhatIsNotOurs(byte[] header) {
    boolean sqlite =
        header.length == HEADER_SIZE
            && Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    if (!sqlite || ByteBuffer.wrap(header).getInt(APPLICATION_ID_AT) != Schema.APPLICATION_ID) {
      throw troubles.notOurs();
    }
    int version = ByteBuffer.wrap(header).getInt(USER_VERSION_AT);
    if (version > Schema.VERSION) {
      throw troubles.tooNew(version);
    }
  }
}
