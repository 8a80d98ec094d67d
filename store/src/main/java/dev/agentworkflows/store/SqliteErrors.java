package dev.agentworkflows.store;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * What SQLite's errors mean: in plain words what is wrong with a database, and what to do. The one
 * place that knows SQLite's result codes.
 */
final class SqliteErrors {
  private static final int PRIMARY_CODE = 0xFF;
  private static final String REPLACE_HOME = "Move it away, or name another home.";

  private static final Set<SQLiteErrorCode> OF_THE_DISK =
      Set.of(
          SQLiteErrorCode.SQLITE_READONLY,
          SQLiteErrorCode.SQLITE_CANTOPEN,
          SQLiteErrorCode.SQLITE_PERM,
          SQLiteErrorCode.SQLITE_IOERR,
          SQLiteErrorCode.SQLITE_FULL);

  private final Path file;

  SqliteErrors(Path file) {
    this.file = file;
  }

  StoreException notOurs() {
    return new StoreException(
        file + " is not an Agent Workflows database; nothing was changed. " + REPLACE_HOME);
  }

  StoreException tooNew(int version) {
    return new StoreException(
        file
            + " was written by a newer Agent Workflows (schema "
            + version
            + ", this one knows up to "
            + Schema.VERSION
            + "); nothing was changed. Update, or name another home.");
  }

  /** What only a damaged database holds, or one that somebody else made. */
  StoreException unusual(String what) {
    return unusual(what, null);
  }

  private StoreException unusual(String what, @Nullable Throwable cause) {
    return new StoreException(
        file + " is damaged or was changed by another program: " + what + ".", cause);
  }

  StoreException tooOldToRead(int version) {
    return new StoreException(
        file
            + " was written by an earlier Agent Workflows (schema "
            + version
            + ") and can't be brought up to date where it can't be written to. Copy its home.");
  }

  StoreException gone() {
    return new StoreException(
        file
            + " is gone: its home was removed or replaced while it was in use."
            + " Nothing more is recorded there.");
  }

  /** What went wrong while rows were read: values may be anybody's. */
  StoreException explainRead(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StoreException || cause instanceof SQLException) {
        return explain(failure);
      }
    }
    return unusual("a value is not one that this program writes", failure);
  }

  /** Whatever a library threw; a {@link StoreException} stays as it is. */
  StoreException explain(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StoreException said) {
        return said;
      }
      if (cause instanceof SQLException sql) {
        return new StoreException(file + " " + what(sql), sql);
      }
    }
    if (failure instanceof NoSuchFileException) {
      return new StoreException(
          file + " can't be created: its directory does not exist. Create it first.", failure);
    }
    if (failure instanceof IOException) {
      return new StoreException(file + " " + unusable(), failure);
    }
    // Not its message: a library's may quote what was stored.
    return new StoreException(
        file + " could not be used: " + failure.getClass().getSimpleName() + ".", failure);
  }

  /** Whether the disk, or its rights, kept a database from being opened for writing. */
  static boolean isOfTheDisk(StoreException failure) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return code(sql).filter(OF_THE_DISK::contains).isPresent();
      }
    }
    return false;
  }

  private static Optional<SQLiteErrorCode> code(SQLException failure) {
    int code = failure.getErrorCode() & PRIMARY_CODE;
    return Stream.of(SQLiteErrorCode.values()).filter(known -> known.code == code).findFirst();
  }

  private static String what(SQLException failure) {
    return code(failure)
        .map(code -> what(code, failure))
        .orElse("could not be used: " + failure.getMessage());
  }

  private static String what(SQLiteErrorCode code, SQLException failure) {
    return switch (code) {
      case SQLITE_FULL ->
          "could not be written: the disk is full. What was written before is safe; make room and"
              + " try again.";
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH -> unusable();
      case SQLITE_BUSY, SQLITE_LOCKED ->
          "is kept locked by another process. Find it (`fuser` on the file), or try again later.";
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          "is damaged. Keep a copy, try `sqlite3 FILE .recover` on it, or move it away to start"
              + " afresh.";
      case SQLITE_IOERR ->
          "could not be read or written: the disk reports an error (" + failure.getMessage() + ").";
      case SQLITE_CONSTRAINT ->
          "did not take a record: one with the same id is there, or a field is missing ("
              + failure.getMessage()
              + ").";
      default -> "could not be used: " + failure.getMessage();
    };
  }

  private static String unusable() {
    return "can't be opened for writing. Check the rights of the file and its directory, or name"
        + " another home.";
  }
}
