package dev.agentworkflows.coordinator.progress;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Lines that stand below everything else on a terminal, as the bytes that keep them there. Not
 * thread-safe.
 *
 * <p>Between two frames the cursor waits above the lines, just where what is printed next belongs.
 * So nothing needs to know how far down the lines reach: whatever a resize made of them, erasing
 * from the cursor on removes them; and what a person types at a script's prompt stands behind the
 * prompt. A frame leaves the terminal as it was, whenever the program ends.
 */
final class LiveArea {

  private static final String BEGIN = "\u001b[?2026h\u001b[?25l";
  private static final String END = "\u001b[?25h\u001b[?2026l";

  /**
   * The line first, then what is below: erasing all at once in the upper left corner is taken for
   * clearing the screen, of which some terminals keep a copy among what has scrolled away.
   */
  private static final String ERASE = "\u001b[K\u001b7\u001b[B\r\u001b[J\u001b8";

  private static final String DOWN_OR_SCROLL = "\u001bD";
  private static final String SAVE = "\u001b7";
  private static final String RESTORE = "\u001b8";
  private static final String NO_WRAP = "\u001b[0m\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";
  private static final byte ESCAPE = 0x1b;

  /** A sequence that is longer than this is none. */
  private static final int MAX_SEQUENCE = 4096;

  private byte[] heldBack = new byte[0];
  private boolean midLine;
  private boolean shown;

  /**
   * The next frame.
   *
   * @param printed goes above the lines as it is; an escape sequence or a character that it ends in
   *     the middle of waits for the next frame
   * @param lines no wider than the terminal, and fewer than it has rows
   */
  byte[] frame(byte[] printed, List<String> lines) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    put(frame, BEGIN);
    erase(frame);
    print(frame, printed);
    draw(frame, lines);
    put(frame, END);
    return frame.toByteArray();
  }

  /** Takes the lines away, and leaves the cursor at the start of a line. */
  byte[] end(byte[] printed) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    erase(frame);
    print(frame, printed);
    frame.writeBytes(heldBack);
    heldBack = new byte[0];
    if (midLine) {
      put(frame, "\r\n");
      midLine = false;
    }
    return frame.toByteArray();
  }

  private void erase(ByteArrayOutputStream frame) {
    if (shown) {
      // In the middle of a line there may be what a person is typing.
      put(frame, midLine ? ERASE : "\r" + ERASE);
      shown = false;
    }
  }

  private void print(ByteArrayOutputStream frame, byte[] printed) {
    byte[] all = printed;
    if (heldBack.length > 0) {
      all = Arrays.copyOf(heldBack, heldBack.length + printed.length);
      System.arraycopy(printed, 0, all, heldBack.length, printed.length);
    }
    int end = wholeUntil(all);
    frame.write(all, 0, end);
    heldBack = Arrays.copyOfRange(all, end, all.length);
    if (end > 0) {
      midLine = all[end - 1] != '\n';
    }
  }

  private void draw(ByteArrayOutputStream frame, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    // Makes room below, where the cursor stands in the last rows, without losing its column.
    int below = midLine ? lines.size() : lines.size() - 1;
    if (below > 0) {
      put(frame, DOWN_OR_SCROLL.repeat(below) + "\u001b[" + below + "A");
    }
    put(frame, SAVE + NO_WRAP + (midLine ? "\r\n" : "\r"));
    put(frame, String.join("\r\n", lines));
    put(frame, WRAP + RESTORE);
    shown = true;
  }

  private static void put(ByteArrayOutputStream frame, String text) {
    frame.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Up to where no sequence and no character is cut. */
  private static int wholeUntil(byte[] bytes) {
    int escape = bytes.length - 1;
    int earliest = Math.max(0, bytes.length - MAX_SEQUENCE);
    while (escape >= earliest && bytes[escape] != ESCAPE) {
      escape--;
    }
    if (escape >= earliest && isCut(bytes, escape)) {
      return escape;
    }
    return wholeCharactersUntil(bytes);
  }

  private static boolean isCut(byte[] bytes, int escape) {
    if (escape + 1 == bytes.length) {
      return true;
    }
    byte kind = bytes[escape + 1];
    if (kind == '[') {
      return none(bytes, escape + 2, b -> b >= 0x40 && b <= 0x7e);
    }
    if (kind == ']') {
      return none(bytes, escape + 2, b -> b == 7);
    }
    return kind >= 0x20 && kind <= 0x2f && escape + 2 == bytes.length;
  }

  private interface Test {
    boolean of(byte b);
  }

  private static boolean none(byte[] bytes, int from, Test test) {
    for (int i = from; i < bytes.length; i++) {
      if (test.of(bytes[i]) || bytes[i] == '\n') {
        return false;
      }
    }
    return true;
  }

  private static int wholeCharactersUntil(byte[] bytes) {
    int lead = bytes.length - 1;
    while (lead >= 0 && lead > bytes.length - 4 && (bytes[lead] & 0xc0) == 0x80) {
      lead--;
    }
    if (lead < 0) {
      return bytes.length;
    }
    int length = lengthOfCharacter(bytes[lead]);
    return lead + length > bytes.length ? lead : bytes.length;
  }

  private static int lengthOfCharacter(byte lead) {
    int first = lead & 0xff;
    return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  }
}
