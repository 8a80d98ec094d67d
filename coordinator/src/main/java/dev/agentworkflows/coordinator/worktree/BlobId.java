package dev.agentworkflows.coordinator.worktree;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The ids that git gives to contents: of bytes as they are, through no filter. Thread-safe. */
final class BlobId {

  private static final int SHA1_DIGITS = 40;

  private final String algorithm;
  private final Deadline deadline;

  private BlobId(String algorithm, Deadline deadline) {
    this.algorithm = algorithm;
    this.deadline = deadline;
  }

  /** In the format of an id of the same repository. */
  static BlobId like(String objectId) {
    return like(objectId, Deadline.NONE);
  }

  /** The same; a file that takes longer to read than there is time can't be read. */
  static BlobId like(String objectId, Deadline deadline) {
    return new BlobId(objectId.length() == SHA1_DIGITS ? "SHA-1" : "SHA-256", deadline);
  }

  String ofBytes(byte[] bytes) {
    MessageDigest digest = digest(bytes.length);
    digest.update(bytes);
    return HexFormat.of().formatHex(digest.digest());
  }

  String ofFile(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      long size = Files.size(file);
      MessageDigest digest = digest(size);
      byte[] buffer = new byte[1 << 16];
      long read = 0;
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        read += n;
        if (deadline.isOver()) {
          throw new IOException("there was no time left for all of it");
        }
      }
      if (read != size) {
        throw new IOException("it was written to meanwhile");
      }
      return HexFormat.of().formatHex(digest.digest());
    }
  }

  String ofLink(Path link) throws IOException {
    return ofBytes(FileNames.raw(Files.readSymbolicLink(link)));
  }

  private MessageDigest digest(long size) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1 and SHA-256", e);
    }
  }
}
