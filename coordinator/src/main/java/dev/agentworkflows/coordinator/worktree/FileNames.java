package dev.agentworkflows.coordinator.worktree;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
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

  /** A file's own name, as the file system has it. */
  static String of(Path path) {
    Path name = path.getFileName();
    return name == null ? "" : decode(ByteBuffer.wrap(raw(name)));
  }

  /** The place of a name below a directory, whatever the locale can write. */
  static Path resolve(Path top, String name) {
    if (isPlain(name)) {
      return top.resolve(name);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    encode(name, bytes);
    StringBuilder uri = new StringBuilder(top.toAbsolutePath().toUri().toString());
    if (uri.charAt(uri.length() - 1) != '/') {
      uri.append('/');
    }
    for (byte b : bytes.toByteArray()) {
      if (b == '/' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z') {
        uri.append((char) b);
      } else {
        uri.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return Path.of(URI.create(uri.toString()));
  }

  /** The bytes of a path, which its text has only where the locale can write them. */
  static byte[] raw(Path path) {
    String text = path.toString();
    if (isPlain(text)) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
    // A file's URI has each byte. It begins at the root, and ends with a slash for a directory.
    byte[] whole = unescaped(path.toUri().getRawPath());
    byte[] here = path.isAbsolute() ? new byte[0] : unescaped(Path.of("").toUri().getRawPath());
    int end = whole.length;
    if (whole[end - 1] == '/' && !text.endsWith("/")) {
      end--;
    }
    return Arrays.copyOfRange(whole, here.length, end);
  }

  private static byte[] unescaped(String rawPath) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < rawPath.length(); i++) {
      if (rawPath.charAt(i) == '%') {
        bytes.write(Integer.parseInt(rawPath, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(rawPath.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
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
