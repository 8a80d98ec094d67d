package dev.agentworkflows.coordinator.option;

import dev.agentworkflows.spi.AttachedFile;
import org.jspecify.annotations.Nullable;

/**
 * A file that a call names, as it was when the call was made.
 *
 * @param path as the script wrote it
 * @param type null for a text
 */
public record NamedFile(
    String path, AttachedFile.@Nullable Type type, long sizeBytes, String sha256) {

  private static final int BYTES_PER_TOKEN = 4;

  /** Of an image: vendors make large ones smaller. */
  private static final int IMAGE_TOKENS = 1_600;

  /** A page of a PDF has about 50 KB, and takes about 2,500 tokens. */
  private static final int PDF_BYTES_PER_TOKEN = 20;

  boolean isText() {
    return type == null;
  }

  long estimatedTokens() {
    if (type == null) {
      return sizeBytes / BYTES_PER_TOKEN + 1;
    }
    return type.isImage() ? IMAGE_TOKENS : Math.max(IMAGE_TOKENS, sizeBytes / PDF_BYTES_PER_TOKEN);
  }
}
