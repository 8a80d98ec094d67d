package dev.agentworkflows.coordinator.json;

import java.io.IOException;
import java.io.Writer;

/**
 * Escapes in JSON what would drive a terminal, or turn the text around it, and lone surrogates,
 * which survive no encoding. All of these can only be in a string. For one thread.
 */
final class HarmlessWriter extends Writer {

  private final Writer out;
  private final StringBuilder escaped = new StringBuilder();

  /** A first half whose second has not come yet; 0 for none. */
  private char half;

  HarmlessWriter(Writer out) {
    this.out = out;
  }

  @Override
  public void write(char[] text, int offset, int length) throws IOException {
    escaped.setLength(0);
    for (int i = offset; i < offset + length; i++) {
      add(text[i]);
    }
    out.append(escaped);
  }

  private void add(char c) {
    if (half != 0 && Character.isLowSurrogate(c)) {
      escaped.append(half).append(c);
      half = 0;
      return;
    }
    endHalf();
    if (Character.isHighSurrogate(c)) {
      half = c;
    } else if (acts(c)) {
      escape(c);
    } else {
      escaped.append(c);
    }
  }

  private void endHalf() {
    if (half != 0) {
      escape(half);
      half = 0;
    }
  }

  private void escape(char c) {
    escaped.append("\\u%04x".formatted((int) c));
  }

  private static boolean acts(char c) {
    return Character.isSurrogate(c)
        || (c >= 0x7f && c <= 0x9f)
        || c == 0x061c
        || c == 0x200e
        || c == 0x200f
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xfeff;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    escaped.setLength(0);
    endHalf();
    out.append(escaped);
    out.close();
  }
}
