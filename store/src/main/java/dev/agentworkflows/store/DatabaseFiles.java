package dev.agentworkflows.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A database's file and those beside it that SQLite reads with it, looked at before SQLite sees
 * them: opening a database, even to read, may change it and what it names.
 */
final class DatabaseFiles {

  // https://www.sqlite.org/fileformat2.html#the_database_header
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(US_ASCII);
  private static final int HEADER_SIZE = 100;
  private static final int USER_VERSION_AT = 60;
  private static final int APPLICATION_ID_AT = 68;

  // https://www.sqlite.org/fileformat2.html#the_rollback_journal
  private static final byte[] JOURNAL_MAGIC = HexFormat.of().parseHex("d9d505f920a163d7");

  private final Path file;
  private final SqliteErrors errors;

  DatabaseFiles(Path file, SqliteErrors errors) {
    this.file = file;
    this.errors = errors;
  }

  /** Refuses what is not ours. */
  void check() throws IOException {
    for (String suffix : new String[] {"", "-wal", "-shm", "-journal"}) {
      Path one = beside(suffix);
      if (isSomethingElse(one)) {
        throw suffix.isEmpty()
            ? errors.notOurs()
            : errors.unusual(one.getFileName() + " is no regular file");
      }
    }
    OpenDatabases.unlessOpen(file, this::checkHeader);
    refuseJournalOfSeveral();
  }

  private void checkHeader() throws IOException {
    byte[] header = header();
    if (header.length > 0) {
      refuseWhatIsNotOurs(header);
    }
  }

  /** Checked once: another process may remove its journal at any moment. */
  private static boolean isSomethingElse(Path file) throws IOException {
    try {
      return !Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .isRegularFile();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  Path beside(String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }

  private byte[] header() throws IOException {
    try (var in = Files.newInputStream(file)) {
      return in.readNBytes(HEADER_SIZE);
    }
  }

  private void refuseWhatIsNotOurs(byte[] header) {
    boolean sqlite =
        header.length == HEADER_SIZE
            && Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    if (!sqlite || ByteBuffer.wrap(header).getInt(APPLICATION_ID_AT) != Schema.APPLICATION_ID) {
      throw errors.notOurs();
    }
    int version = ByteBuffer.wrap(header).getInt(USER_VERSION_AT);
    if (version > Schema.VERSION) {
      throw errors.tooNew(version);
    }
  }

  /**
   * A journal that ends with the name of another file is of a transaction over several databases,
   * which this program has none of; SQLite would read the file of that name, and delete it.
   */
  private void refuseJournalOfSeveral() throws IOException {
    Path journal = beside("-journal");
    byte[] end = new byte[JOURNAL_MAGIC.length];
    try (InputStream in = Files.newInputStream(journal)) {
      long size = Files.size(journal);
      if (size < end.length) {
        return;
      }
      in.skipNBytes(size - end.length);
      if (in.readNBytes(end, 0, end.length) < end.length) {
        return;
      }
    } catch (NoSuchFileException | EOFException e) {
      return; // Its writer has committed meanwhile: a journal in use is of a process of ours.
    }
    if (Arrays.equals(end, JOURNAL_MAGIC)) {
      throw errors.unusual(journal.getFileName() + " names another file");
    }
  }
}
