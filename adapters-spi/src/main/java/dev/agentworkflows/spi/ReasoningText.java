package dev.agentworkflows.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What open models think aloud before they answer, where their server does not take it out: between
 * {@code <think>} and {@code </think>}, or with the end tag alone, because the start stood in the
 * prompt's template. It is not the answer.
 *
 * @since level 3
 */
public final class ReasoningText {

  /** Marks of models; not words that a script may well ask for, such as {@code <reasoning>}. */
  private record Tag(String start, String end) {}

  private static final List<Tag> TAGS =
      List.of(
          new Tag("<think>", "</think>"),
          new Tag("[THINK]", "[/THINK]"),
          new Tag("<seed:think>", "</seed:think>"),
          new Tag("\u25c1think\u25b7", "\u25c1/think\u25b7"),
          new Tag("<|channel|>analysis<|message|>", "<|channel|>final<|message|>"));

  private static final String FENCE = "```";

  private ReasoningText() {}

  /**
   * The text without its reasoning; the same text when it has none. Empty when there is nothing but
   * reasoning, also when that has no end.
   */
  public static String removed(String text) {
    String rest = text;
    for (Tag tag : TAGS) {
      if (rest.contains(tag.end) || rest.stripLeading().startsWith(tag.start)) {
        rest = removed(rest, tag);
      }
    }
    return rest;
  }

  private static String removed(String text, Tag tag) {
    String behind = behindLoneEnd(text, tag);
    String rest = behind == null ? text : behind;
    StringBuilder kept = new StringBuilder();
    int from = 0;
    int counted = 0;
    int fences = 0;
    int start = startOfLine(rest, tag.start, 0, 0);
    while (start >= 0) {
      int end = rest.indexOf(tag.end, start + tag.start.length());
      if (end < 0) {
        return rest.substring(0, start).isBlank() ? "" : kept + rest.substring(from);
      }
      fences += fences(rest, counted, start);
      counted = start;
      if (fences % 2 == 0) {
        kept.append(rest, from, start);
        from = end + tag.end.length();
        counted = from;
      }
      start = startOfLine(rest, tag.start, from, Math.max(from, start + 1));
    }
    return from == 0 ? rest : kept.append(rest, from, rest.length()).toString().stripLeading();
  }

  /** Null unless the reasoning's end comes before any start, outside of JSON and of quotes. */
  private static @Nullable String behindLoneEnd(String text, Tag tag) {
    int end = text.indexOf(tag.end);
    String before = end < 0 ? "" : text.substring(0, end).stripLeading();
    if (end < 0 || before.contains(tag.start) || startsLikeJson(before)) {
      return null;
    }
    int next = end + tag.end.length();
    boolean quoted =
        (end > 0 && "`\"'".indexOf(text.charAt(end - 1)) >= 0)
            || (next < text.length() && "`\"'".indexOf(text.charAt(next)) >= 0);
    boolean alone = endsLine(text, next) || startsLine(text, end) || endsSentence(text, end);
    alone |= startsLikeJson(text.substring(next).stripLeading());
    return quoted || !alone || fences(before, 0, before.length()) % 2 == 1
        ? null
        : text.substring(next).stripLeading();
  }

  /** Prose that speaks of a tag has a space or a bracket before it. */
  private static boolean endsSentence(String text, int at) {
    return at > 0 && " \t([{<>=:".indexOf(text.charAt(at - 1)) < 0;
  }

  private static boolean startsLikeJson(String text) {
    return text.startsWith("{") || text.startsWith("[") || text.startsWith("\"");
  }

  /**
   * @param begin where the text begins that is left of it
   */
  private static int startOfLine(String text, String tag, int begin, int from) {
    int at = text.indexOf(tag, from);
    while (at >= 0 && at != begin && !startsLine(text, at)) {
      at = text.indexOf(tag, at + 1);
    }
    return at;
  }

  private static boolean startsLine(String text, int at) {
    int before = at - 1;
    while (before >= 0 && (text.charAt(before) == ' ' || text.charAt(before) == '\t')) {
      before--;
    }
    return before < 0 || text.charAt(before) == '\n';
  }

  private static boolean endsLine(String text, int at) {
    int next = at;
    while (next < text.length() && " \t\r".indexOf(text.charAt(next)) >= 0) {
      next++;
    }
    return next == text.length() || text.charAt(next) == '\n';
  }

  private static int fences(String text, int from, int to) {
    int count = 0;
    int at = from;
    while (at < to) {
      boolean fence = text.startsWith(FENCE, at);
      count += fence ? 1 : 0;
      at += fence ? FENCE.length() : 1;
    }
    return count;
  }
}
