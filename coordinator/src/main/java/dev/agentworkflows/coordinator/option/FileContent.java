package dev.agentworkflows.coordinator.option;

import dev.agentworkflows.spi.AttachedFile.Type;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a file holds, whatever its name says. */
final class FileContent {

  private FileContent() {}

  /** Null when it is no image and no PDF. */
  static @Nullable Type type(byte[] content) {
    if (beginsWith(content, 0, "\u0089PNG\r\n\u001a\n")) {
      return Type.PNG;
    }
    if (beginsWith(content, 0, "\u00ff\u00d8\u00ff")) {
      return Type.JPEG;
    }
    if (beginsWith(content, 0, "GIF87a") || beginsWith(content, 0, "GIF89a")) {
      return Type.GIF;
    }
    if (beginsWith(content, 0, "RIFF") && beginsWith(content, 8, "WEBP")) {
      return Type.WEBP;
    }
    return beginsWith(content, 0, "%PDF-") ? Type.PDF : null;
  }

  /** The text in UTF-8; null when it is none. */
  static @Nullable String text(byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return text.indexOf('\0') < 0 ? text : null;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static boolean beginsWith(byte[] content, int from, String bytes) {
    byte[] expected = bytes.getBytes(StandardCharsets.ISO_8859_1);
    if (content.length < from + expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (content[from + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
