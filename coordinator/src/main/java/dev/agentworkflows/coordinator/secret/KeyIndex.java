package dev.agentworkflows.coordinator.secret;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds parts of keys in a text: every part of {@value #MIN_PART} characters or more, so that it
 * does not matter who cut the text, and where, before it came here. Looks at one place in eight of
 * a text, and at no place twice. Immutable.
 */
final class KeyIndex {

  /** Parts of fewer characters help nobody to guess the rest, and may well be words. */
  static final int MIN_PART = 12;

  /** So many characters lead to the places in keys that have them. */
  private static final int GRAM = 5;

  /** A key in which the same few characters come again and again is found by fewer of them. */
  private static final int MAX_SAME_GRAMS = 8;

  private static final int MAX_CHAIN = 64;

  private static final char[] FOLDED = new char[128];

  static {
    for (char c = 0; c < FOLDED.length; c++) {
      // In a form's encoding, a space is a plus.
      FOLDED[c] = c == ' ' ? '+' : Character.toLowerCase(c);
    }
  }

  /** A part of a key at characters {@code [start, end)} of the original text. */
  record Span(int start, int end, String name) {}

  private final List<KeyForm> forms;
  private final char[][] folded;
  private final int stride;
  private final int mask;

  /** A gram's hash leads to its first entry here, and each entry to the next; 0 is none. */
  private final int[] heads;

  private int[] next = new int[1024];
  private int[] formOf = new int[1024];
  private int[] offsetOf = new int[1024];
  private int entries = 1;

  KeyIndex(Collection<KeyForm> forms) {
    this.forms = List.copyOf(forms);
    this.folded = new char[forms.size()][];
    int characters = 0;
    int shortest = MIN_PART;
    for (int i = 0; i < folded.length; i++) {
      KeyForm form = this.forms.get(i);
      folded[i] = fold(form.chars());
      characters += folded[i].length;
      shortest = Math.min(shortest, form.minPart());
    }
    stride = Math.max(1, shortest - GRAM + 1);
    int size = Math.max(256, Integer.highestOneBit(4 * characters + 1));
    mask = size - 1;
    heads = new int[size];
    for (int form = 0; form < folded.length; form++) {
      for (int offset = 0; offset + GRAM <= folded[form].length; offset++) {
        add(form, offset);
      }
    }
  }

  private void add(int form, int offset) {
    int slot = hash(folded[form], offset) & mask;
    int same = 0;
    int chain = 0;
    for (int entry = heads[slot]; entry != 0; entry = next[entry]) {
      chain++;
      same += formOf[entry] == form ? 1 : 0;
    }
    if (same >= MAX_SAME_GRAMS || chain >= MAX_CHAIN) {
      return;
    }
    if (entries == next.length) {
      next = Arrays.copyOf(next, 2 * entries);
      formOf = Arrays.copyOf(formOf, 2 * entries);
      offsetOf = Arrays.copyOf(offsetOf, 2 * entries);
    }
    next[entries] = heads[slot];
    formOf[entries] = form;
    offsetOf[entries] = offset;
    heads[slot] = entries++;
  }

  /** Whether no key is known. */
  boolean isEmpty() {
    return forms.isEmpty();
  }

  /** Reports the parts of keys that are in the text. */
  void find(DecodedText text, Consumer<Span> found) {
    char[] chars = text.chars();
    int length = text.length();
    int at = 0;
    while (at + GRAM <= length) {
      int entry = heads[hash(chars, at) & mask];
      int after = entry == 0 ? at : longest(text, at, entry, found);
      at = after > at ? after : at + stride;
    }
  }

  /** Returns where the longest part that has these characters is over; 0 when there is none. */
  private int longest(DecodedText text, int at, int first, Consumer<Span> found) {
    int best = 0;
    int bestStart = 0;
    int bestEnd = 0;
    for (int entry = first; entry != 0; entry = next[entry]) {
      char[] form = folded[formOf[entry]];
      int offset = offsetOf[entry];
      int end = at + matching(text, at, form, offset);
      if (end - at < GRAM) {
        continue;
      }
      int start = at - matchingBefore(text, at, form, offset);
      if (end - start > bestEnd - bestStart
          && counts(form, offset - (at - start), end - start, entry)) {
        best = entry;
        bestStart = start;
        bestEnd = end;
      }
    }
    if (best == 0) {
      return 0;
    }
    String name = forms.get(formOf[best]).name();
    found.accept(new Span(text.start(bestStart), text.end(bestEnd - 1), name));
    return bestEnd;
  }

  /** A whole key counts, and a part that is long enough and no mere line of dashes. */
  private boolean counts(char[] form, int offset, int length, int entry) {
    if (length == form.length) {
      return true;
    }
    if (length < forms.get(formOf[entry]).minPart()) {
      return false;
    }
    char one = form[offset];
    char other = one;
    for (int i = offset; i < offset + length; i++) {
      if (form[i] != one && form[i] != other) {
        if (other != one) {
          return true;
        }
        other = form[i];
      }
    }
    return false;
  }

  private static int matching(DecodedText text, int at, char[] form, int offset) {
    int most = Math.min(text.length() - at, form.length - offset);
    int count = 0;
    while (count < most && fold(text.chars()[at + count]) == form[offset + count]) {
      count++;
    }
    return count;
  }

  private static int matchingBefore(DecodedText text, int at, char[] form, int offset) {
    int most = Math.min(at, offset);
    int count = 0;
    while (count < most && fold(text.chars()[at - count - 1]) == form[offset - count - 1]) {
      count++;
    }
    return count;
  }

  private static int hash(char[] chars, int at) {
    int hash = 0;
    for (int i = at; i < at + GRAM; i++) {
      hash = hash * 0x01000193 + fold(chars[i]);
    }
    hash *= 0x9e3779b1;
    return hash ^ hash >>> 15;
  }

  private static char fold(char c) {
    return c < 128 ? FOLDED[c] : c;
  }

  private static char[] fold(char[] chars) {
    char[] folded = new char[chars.length];
    for (int i = 0; i < chars.length; i++) {
      folded[i] = fold(chars[i]);
    }
    return folded;
  }

  /** The spans in order, those that touch each other as one, under the longest one's name. */
  static List<Span> merged(List<Span> spans) {
    List<Span> sorted = new ArrayList<>(spans);
    sorted.sort((a, b) ->
        a.start() != b.start() ? Integer.compare(a.start(), b.start()) : b.end() - a.end());
    List<Span> merged = new ArrayList<>();
    int longest = 0;
    for (Span span : sorted) {
      Span last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      boolean joined =
          last != null
              && (span.start() < last.end()
                  || (span.start() == last.end() && span.name().equals(last.name())));
      int length = span.end() - span.start();
      if (last == null || !joined) {
        merged.add(span);
        longest = length;
      } else {
        String name = length > longest ? span.name() : last.name();
        merged.set(
            merged.size() - 1, new Span(last.start(), Math.max(last.end(), span.end()), name));
        longest = Math.max(longest, length);
      }
    }
    return merged;
  }
}
