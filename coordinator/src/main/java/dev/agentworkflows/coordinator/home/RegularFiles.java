package dev.agentworkflows.coordinator.home;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Files that are read whole. Only regular ones, and only of a size that such a file has: to open a
 * FIFO waits for its other end, a device may have none.
 */
public final class RegularFiles {

  /** Of settings, tokens, prices, records. */
  private static final long MAX_BYTES = 64L << 20;

  private RegularFiles() {}

  /**
   * The text of a file in UTF-8; a link is followed.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   * @throws java.nio.charset.CharacterCodingException when it is no such text
   */
  public static String readString(Path file) throws IOException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read(file))).toString();
  }

  /** The content of a file; a link is followed. */
  public static byte[] read(Path file) throws IOException {
    check(file, Files.readAttributes(file, BasicFileAttributes.class));
    try (InputStream in = Files.newInputStream(file)) {
      byte[] content = in.readNBytes((int) MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw tooLarge(file);
      }
      return content;
    }
  }

  /**
   * Whether something is there that is no regular file. The system is asked once: what another
   * process removes meanwhile is not there. What can't be asked for, whoever opens it tells.
   */
  public static boolean isOther(Path file, LinkOption... links) {
    try {
      return !Files.readAttributes(file, BasicFileAttributes.class, links).isRegularFile();
    } catch (IOException e) {
      return false;
    }
  }

  /** Refuses what is there and is no regular file; no link is followed. */
  static void checkUnlinked(Path file) throws IOException {
    BasicFileAttributes is =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!is.isRegularFile()) {
      throw notRegular(file);
    }
  }

  private static void check(Path file, BasicFileAttributes is) throws IOException {
    if (!is.isRegularFile()) {
      throw notRegular(file);
    }
    if (is.size() > MAX_BYTES) {
      throw tooLarge(file);
    }
  }

  private static FileSystemException notRegular(Path file) {
    return new FileSystemException(file.toString(), null, "it is no regular file");
  }

  private static FileSystemException tooLarge(Path file) {
    return new FileSystemException(
        file.toString(), null, "it is larger than %d MB".formatted(MAX_BYTES >> 20));
  }
}
