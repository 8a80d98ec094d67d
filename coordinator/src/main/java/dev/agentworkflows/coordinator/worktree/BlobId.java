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

  private BlobId(String algorithm) {
    this.algorithm = algorithm;
  }

  /** In the format of an id of the same repository. */
  static BlobId like(String objectId) {
    return new BlobId(objectId.length() == SHA1_DIGITS ? "SHA-1" : "SHA-256");
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
