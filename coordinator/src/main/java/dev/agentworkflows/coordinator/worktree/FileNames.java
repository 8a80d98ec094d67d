package dev.agentworkflows.coordinator.worktree;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * File names as git gives and takes them: any bytes, with a NUL behind each. A byte that is not
 * UTF-8 becomes the lone surrogate U+DC00 plus its value, as in Python's {@code os.fsdecode}, so
 * that every name has a string of its own and finds its way back.
 */
final class FileNames {

  private static final char ESCAPE = '\uDC00';

  private FileNames() {}

  /** The names in git's output. */
  static List<String> split(byte[] output) {
    List<String> names = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < output.length; i++) {
      if (output[i] == 0) {
        names.add(decode(ByteBuffer.wrap(output, from, i - from)));
        from = i + 1;
      }
    }
    return names;
  }

  /** The names as git reads them. */
  static byte[] join(Collection<String> names) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String name : names) {
      encode(name, bytes);
      bytes.write(0);
    }
    return bytes.toByteArray();
  }

  private static String decode(ByteBuffer bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer name = CharBuffer.allocate(bytes.remaining());
    while (true) {
      CoderResult result = decoder.decode(bytes, name, true);
      if (result.isUnderflow()) {
        return name.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        name.put((char) (ESCAPE + (bytes.get() & 0xFF)));
      }
      decoder.reset();
    }
  }

  private static void encode(String name, ByteArrayOutputStream bytes) {
    int from = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean escaped =
          c >= ESCAPE + 0x80
              && c <= ESCAPE + 0xFF
              && (i == 0 || !Character.isHighSurrogate(name.charAt(i - 1)));
      if (escaped) {
        bytes.writeBytes(name.substring(from, i).getBytes(StandardCharsets.UTF_8));
        bytes.write(c - ESCAPE);
        from = i + 1;
      }
    }
    bytes.writeBytes(name.substring(from).getBytes(StandardCharsets.UTF_8));
  }
}
