package dev.agentworkflows.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/**
 * Generalized UTF-8: UTF-8 in which a lone surrogate is three bytes, as Python's {@code
 * surrogatepass} writes it, so that any Java string comes back as it was.
 */
public final class GeneralizedUtf8 {
  private GeneralizedUtf8() {}

  /** Encodes any string; the same bytes as UTF-8 unless it has lone surrogates. */
  public static byte[] encode(String s) {
    byte[] utf8 = s.getBytes(UTF_8);
    // The JDK puts a '?' in the place of a lone surrogate: most texts need no second look.
    return has(utf8, '?') && nextLoneSurrogate(s, 0) >= 0 ? encodeWithSurrogates(s) : utf8;
  }

  /** Decodes what {@link #encode} wrote. What is not generalized UTF-8 becomes U+FFFD. */
  public static String decode(byte[] b) {
    String s = new String(b, UTF_8);
    return s.indexOf('\uFFFD') < 0 ? s : decodeWithSurrogates(b);
  }

  private static boolean has(byte[] bytes, char ascii) {
    for (byte b : bytes) {
      if (b == ascii) {
        return true;
      }
    }
    return false;
  }

  private static byte[] encodeWithSurrogates(String s) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(s.length() + 64);
    int from = 0;
    for (int at = nextLoneSurrogate(s, 0); at >= 0; at = nextLoneSurrogate(s, from)) {
      bytes.writeBytes(s.substring(from, at).getBytes(UTF_8));
      char surrogate = s.charAt(at);
      bytes.write(0xE0 | surrogate >> 12);
      bytes.write(0x80 | surrogate >> 6 & 0x3F);
      bytes.write(0x80 | surrogate & 0x3F);
      from = at + 1;
    }
    bytes.writeBytes(s.substring(from).getBytes(UTF_8));
    return bytes.toByteArray();
  }

  /** The first lone surrogate at or after {@code from}; -1 for none. */
  static int nextLoneSurrogate(String s, int from) {
    int length = s.length();
    for (int i = from; i < length; i++) {
      char c = s.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean paired =
          Character.isHighSurrogate(c)
              && i + 1 < length
              && Character.isLowSurrogate(s.charAt(i + 1));
      if (!paired) {
        return i;
      }
      i++;
    }
    return -1;
  }

  private static String decodeWithSurrogates(byte[] b) {
    StringBuilder s = new StringBuilder(b.length);
    int from = 0;
    for (int i = 0; i + 2 < b.length; i++) {
      // 0xED only ever begins a sequence, so what surrounds it decodes by itself.
      if (b[i] == (byte) 0xED && (b[i + 1] & 0xE0) == 0xA0 && (b[i + 2] & 0xC0) == 0x80) {
        s.append(new String(b, from, i - from, UTF_8));
        s.append((char) (0xD000 | (b[i + 1] & 0x3F) << 6 | b[i + 2] & 0x3F));
        from = i + 3;
        i += 2;
      }
    }
    return s.append(new String(b, from, b.length - from, UTF_8)).toString();
  }
}
