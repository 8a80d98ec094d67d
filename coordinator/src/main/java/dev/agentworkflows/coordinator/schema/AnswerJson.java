package dev.agentworkflows.coordinator.schema;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Finds the JSON in an answer that may say more than JSON. The first of these that is there counts:
 *
 * <ol>
 *   <li>the whole answer is JSON;
 *   <li>a fenced block ({@code ```json} or a bare {@code ```}; one that is never closed runs to the
 *       end) is JSON: the last such block, for models put drafts and examples first;
 *   <li>an object or an array stands in the prose: the longest, for short ones are footnotes such
 *       as {@code [1]}; of equally long ones the first. Brackets inside strings do not count, and a
 *       piece of a broken document is not an answer: the search goes on behind the break.
 * </ol>
 *
 * JSON is meant strictly: no comments, no trailing commas, no key twice, no deeper than 500.
 */
final class AnswerJson {

  private static final String FENCE = "```";

  /** Refusing costs far more than reading: a text with more than this is not meant well. */
  private static final int MOST_UNREADABLE = 1_000;

  private final String text;
  private final JsonGrammar grammar;
  private int unreadable;

  private AnswerJson(String text) {
    this.text = text;
    this.grammar = new JsonGrammar(text);
  }

  /**
   * Finds the JSON; in linear time, whatever the text is.
   *
   * @throws JsonTextException when there is none
   */
  static JsonNode find(String text) {
    JsonTextException reason;
    String whole = text.strip();
    try {
      return Json.readStrict(whole);
    } catch (JsonTextException e) {
      reason = e;
    }
    AnswerJson answer = new AnswerJson(text);
    JsonNode found = answer.inLastFence();
    if (found == null) {
      found = answer.inProse();
    }
    if (found == null) {
      throw new JsonTextException(
          whole.startsWith("{") || whole.startsWith("[")
              ? "no JSON was found in the answer; it starts like JSON, but: " + reason.getMessage()
              : "no JSON was found in the answer");
    }
    return found;
  }

  private @Nullable JsonNode inLastFence() {
    JsonNode last = null;
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
        last = mayBeJson ? orElse(jsonBetween(content, line), last) : last;
      }
    }
    return open && mayBeJson ? orElse(jsonBetween(content, text.length()), last) : last;
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

  private @Nullable JsonNode jsonBetween(int start, int end) {
    return grammar.valueAt(start) && grammar.onlySpaceUntil(end) ? read(start, end) : null;
  }

  private @Nullable JsonNode inProse() {
    JsonNode longest = null;
    int length = 0;
    int start = nextBracket(0);
    while (start >= 0) {
      if (grammar.valueAt(start) && grammar.at() - start > length) {
        JsonNode node = read(start, grammar.at());
        if (node != null) {
          longest = node;
          length = grammar.at() - start;
        }
      }
      start = nextBracket(grammar.at());
    }
    return longest;
  }

  private int nextBracket(int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '{' || text.charAt(i) == '[') {
        return i;
      }
    }
    return -1;
  }

  /** Null for what the grammar alone does not see: a key twice, a number too long to be read. */
  private @Nullable JsonNode read(int start, int end) {
    if (unreadable == MOST_UNREADABLE) {
      return null;
    }
    try {
      return Json.readStrict(text.substring(start, end));
    } catch (JsonTextException e) {
      unreadable++;
      return null;
    }
  }

  private static @Nullable JsonNode orElse(@Nullable JsonNode node, @Nullable JsonNode other) {
    return node == null ? other : node;
  }
}
