package dev.agentworkflows.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;

/** What a database's first bytes tell, without opening it as one. */
public final class DatabaseHeader {

  private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int WRITE_VERSION = 18;
  private static final byte ROLLBACK_JOURNAL = 1;
  private static final int APPLICATION_ID = 68;
  private static final int END = 72;

  private DatabaseHeader() {}

  /**
   * Whether a file is surely a database of another program. Ours have a write-ahead log, and what
   * they are may still be in that alone.
   */
  public static boolean isOfAnotherProgram(Path file) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    ByteBuffer header = ByteBuffer.allocate(END);
    try {
      // One that is open here was found to be ours.
      OpenDatabases.unlessOpen(file, () -> read(file, header));
    } catch (IOException e) {
      return false; // Whoever opens it says why it can't be read.
    }
    return !header.hasRemaining()
        && Arrays.equals(header.array(), 0, SQLITE.length, SQLITE, 0, SQLITE.length)
        && header.get(WRITE_VERSION) == ROLLBACK_JOURNAL
        && header.getInt(APPLICATION_ID) != Schema.APPLICATION_ID;
  }

  private static void read(Path file, ByteBuffer header) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      while (header.hasRemaining() && channel.read(header) >= 0) {
        // A read may give a part.
      }
    }
  }
}
