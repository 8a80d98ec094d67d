package dev.agentworkflows.coordinator.schema;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The places in a text where JSON may stand: fenced blocks ({@code ```json} or a bare {@code ```};
 * one that is never closed runs to the end), and objects and arrays in the prose. Brackets inside
 * strings do not count, and a piece of a broken document is none: the search goes on behind the
 * break. Takes time linear in the text.
 */
final class JsonCandidates {

  /** More is no answer but malice; of those, the last ones count. */
  private static final int MOST = 2_000;

  private static final String FENCE = "```";

  /** A place in the text. */
  record Span(int start, int end, boolean fenced) {
    int length() {
      return end - start;
    }
  }

  private final String text;
  private final JsonGrammar grammar;
  private final Deque<Span> last = new ArrayDeque<>();
  private @Nullable Span longest;

  private JsonCandidates(String text) {
    this.text = text;
    this.grammar = new JsonGrammar(text);
  }

  /** In the order of the text, at most the last {@value #MOST}, with the longest before them. */
  static List<Span> in(String text) {
    JsonCandidates candidates = new JsonCandidates(text);
    candidates.inFences();
    candidates.inProse();
    List<Span> all = new ArrayList<>(candidates.last);
    Span longest = candidates.longest;
    if (longest != null && !all.contains(longest)) {
      all.add(longest);
    }
    all.sort(Comparator.comparingInt(Span::end).thenComparing(Span::fenced));
    return all;
  }

  private void add(Span span) {
    last.addLast(span);
    if (last.size() > MOST) {
      last.removeFirst();
    }
    if (longest == null || span.length() > longest.length()) {
      longest = span;
    }
  }

  private void inProse() {
    int start = nextBracket(0);
    while (start >= 0) {
      if (grammar.valueAt(start)) {
        add(new Span(start, grammar.at(), false));
      }
      start = nextBracket(grammar.at());
    }
  }

  private int nextBracket(int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '{' || text.charAt(i) == '[') {
        return i;
      }
    }
    return -1;
  }

  private void inFences() {
    boolean open = false;
    boolean mayBeJson = false;
    int content = 0;
    int next;
    for (int line = 0; line < text.length(); line = next) {
      int end = lineEnd(line);
      next = Math.min(end + 1, text.length());
      String fence = fence(line, end);
      if (fence == null) {
        continue;
      }
      if (!open) {
        open = fence.indexOf('`') < 0;
        mayBeJson = fence.isEmpty() || fence.equalsIgnoreCase("json");
        content = next;
      } else if (fence.isEmpty()) {
        open = false;
        if (mayBeJson) {
          jsonBetween(content, line);
        }
      }
    }
    if (open && mayBeJson) {
      jsonBetween(content, text.length());
    }
  }

  private void jsonBetween(int start, int end) {
    if (grammar.valueAt(start) && grammar.onlySpaceUntil(end)) {
      add(new Span(start, end, true));
    }
  }

  private int lineEnd(int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  /** What follows a fence on its line; null where the line has none. */
  private @Nullable String fence(int line, int end) {
    int start = line;
    while (start < end && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    if (!text.startsWith(FENCE, start)) {
      return null;
    }
    start += FENCE.length();
    while (start < end && text.charAt(start) == '`') {
      start++;
    }
    return text.substring(start, end).strip();
  }
}
