package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a page. Its frame (heading, notes, the heads of tables) is always written; its pieces
 * (rows, blocks) as far as there is room: those that tell of failures first, each in its place.
 * Holds no more pieces than a page can show, however many there are.
 */
final class MarkdownSection {

  /** No page has room for more. */
  private static final int MAX_HELD = MarkdownPage.MAX_LENGTH;

  /** What a note on what is left out takes. */
  private static final int NOTE = 400;

  private record Piece(int place, String text) {}

  private final List<Piece> frame = new ArrayList<>();
  private final List<Piece> urgent = new ArrayList<>();
  private final List<Piece> usual = new ArrayList<>();
  private int frameLength;
  private int urgentLength;
  private int usualLength;
  private int places;
  private int pieces;
  private @Nullable String pointer;

  /** Says what shows all of it. */
  void allIn(String shownBy) {
    pointer = shownBy;
  }

  void frame(String text) {
    frame.add(new Piece(places++, text));
    frameLength += text.length();
  }

  /** Whether a piece would be held; when not, it is counted, and its text need not be made. */
  boolean takes(boolean isUrgent) {
    boolean held = (isUrgent ? urgentLength : usualLength) < MAX_HELD;
    if (!held) {
      pieces++;
    }
    return held;
  }

  /** To be called after {@link #takes} for the same piece. */
  void piece(String text, boolean isUrgent) {
    (isUrgent ? urgent : usual).add(new Piece(places++, text));
    pieces++;
    if (isUrgent) {
      urgentLength += text.length();
    } else {
      usualLength += text.length();
    }
  }

  int frameLength() {
    return frameLength;
  }

  /** How long all is that it holds besides its frame. */
  int piecesLength() {
    return urgentLength + usualLength + (isWhole() ? 0 : NOTE);
  }

  private boolean isWhole() {
    return urgent.size() + usual.size() == pieces;
  }

  /**
   * Writes the section.
   *
   * @param share characters for its pieces and for a note on those that are left out
   */
  String written(int share) {
    boolean whole = isWhole() && piecesLength() <= share;
    List<Piece> shown = new ArrayList<>(frame);
    if (whole) {
      shown.addAll(urgent);
      shown.addAll(usual);
    } else {
      fill(shown, usual, fill(shown, urgent, share - NOTE));
    }
    int left = pieces - (shown.size() - frame.size());
    shown.sort(Comparator.comparingInt(Piece::place));
    StringBuilder text = new StringBuilder();
    shown.forEach(piece -> text.append(piece.text()));
    if (left > 0) {
      text.append(note(left));
    }
    return text.toString();
  }

  private static int fill(List<Piece> shown, List<Piece> from, int share) {
    int left = share;
    for (Piece piece : from) {
      if (piece.text().length() > left) {
        return 0;
      }
      shown.add(piece);
      left -= piece.text().length();
    }
    return left;
  }

  private String note(int left) {
    String what =
        "Left out here for want of room: %s of %s."
            .formatted(Figures.number(left), Figures.number(pieces));
    return pointer == null
        ? what + "\n\n"
        : what + " All of them:\n\n```text\n" + pointer + "\n```\n\n";
  }
}
