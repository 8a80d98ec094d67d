package dev.agentworkflows.store;

import java.nio.file.Path;

/**
 * What is recorded of runs, calls and events, and the answers that later calls may reuse. It has
 * three faces, which are open as long as it is: {@link #writer} takes all that is written, {@link
 * #reader} gives what every command and call reads, {@link #history} what {@code diff}, {@code
 * apply} and {@code gc} ask besides.
 *
 * <p>Thread-safe. Any number of stores, in any number of processes, may be open on one database.
 *
 * <p>Times are kept to the microsecond, money to the billionth of a dollar.
 */
public interface Store extends AutoCloseable {

  /**
   * Opens the database in a file, which is created (readable by its owner only) or migrated when
   * need be. A file that is not ours is left untouched.
   *
   * @param file in a directory that exists
   */
  static Store open(Path file) {
    return SqliteStore.open(file);
  }

  /**
   * As {@link #open}, for commands that only read: a database that can't be written to, as on a
   * disk that is full or read-only, is read as it is, and every write to it fails.
   */
  static Store openToRead(Path file) {
    return SqliteStore.openToRead(file);
  }

  RunWriter writer();

  RunReader reader();

  /** To be asked when it is needed: the first time takes longer than to open the store. */
  RunHistory history();

  /** The directory with the directories of the store's runs. */
  Path home();

  /** Waits until everything that was asked for is written, then closes. */
  @Override
  void close();
}
