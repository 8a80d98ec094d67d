package dev.agentworkflows.store;

import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * Says that the store could not do what was asked. The message is one or two plain lines for
 * people: which file, what happened, what to do; never a stored text.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final Set<SQLiteErrorCode> OF_THE_DISK =
      Set.of(
          SQLiteErrorCode.SQLITE_READONLY,
          SQLiteErrorCode.SQLITE_CANTOPEN,
          SQLiteErrorCode.SQLITE_PERM,
          SQLiteErrorCode.SQLITE_IOERR,
          SQLiteErrorCode.SQLITE_FULL);

  StoreException(String message) {
    this(message, null);
  }

  StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Whether the disk, or its rights, kept the database from being opened for writing. */
  boolean isOfTheDisk() {
    for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        int code = sql.getErrorCode() & 0xFF;
        return OF_THE_DISK.stream().anyMatch(one -> one.code == code);
      }
    }
    return false;
  }
}
