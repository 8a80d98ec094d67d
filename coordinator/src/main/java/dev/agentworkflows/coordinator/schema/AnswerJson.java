package dev.agentworkflows.coordinator.schema;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.coordinator.schema.JsonCandidates.Span;
import dev.agentworkflows.spi.ReasoningText;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Chooses the JSON in an answer that may say more than JSON. The schema chooses:
 *
 * <ol>
 *   <li>when the whole answer is JSON, that is the answer;
 *   <li>of all {@link JsonCandidates} that satisfy the schema, the last one is, for models put
 *       drafts and examples first. A footnote such as {@code [1]} counts when there is nothing
 *       else, and what the prompt holds as well only at the answer's end: elsewhere it is quoted;
 *   <li>when none satisfies it, the last fenced one, else the longest, tells what is wrong.
 * </ol>
 *
 * The schema itself, repeated, is never the answer, nor is what the model thought aloud before it.
 * JSON is meant strictly: no comments, no trailing commas, no key twice, no deeper than 500.
 */
final class AnswerJson {

  /** Refusing costs far more than reading: a text with more than this is not meant well. */
  private static final int MAX_UNREADABLE = 1_000;

  /** Shorter JSON may well stand in a prompt by chance. */
  private static final int MIN_REPETITION = 3;

  private static final Pattern FOOTNOTE = Pattern.compile("\\[\\d{1,3}(?:, ?\\d{1,3})*]");
  private static final Pattern SPACE = Pattern.compile("\\s+");
  private static final Pattern NOTHING_MORE = Pattern.compile("[\\s`.*_]*");

  /** For all values that may be the answer; one of them is bounded by the steps that it takes. */
  private static final long MAX_NANOS = 10_000_000_000L;

  private final AnswerSchema schema;
  private final String text;
  private final String prompt;
  private @Nullable String packedPrompt;
  private int unreadable;

  AnswerJson(AnswerSchema schema, String text, String prompt) {
    this.schema = schema;
    this.text = text;
    this.prompt = prompt;
  }

  /** In linear time, whatever the text is; what the schema makes of it is bounded. */
  StructuredAnswer choose() {
    JsonTextException reason;
    try {
      return held(Json.readStrict(text.strip()));
    } catch (JsonTextException e) {
      reason = e;
    }
    String answer = ReasoningText.removed(text);
    return answer.length() == text.length()
        ? among(JsonCandidates.in(text), reason)
        : new AnswerJson(schema, answer, prompt).choose();
  }

  private StructuredAnswer among(List<Span> candidates, JsonTextException reason) {
    JsonNode footnote = null;
    boolean repeated = false;
    long begun = System.nanoTime();
    for (int i = candidates.size() - 1; i >= 0; i--) {
      if (System.nanoTime() - begun > MAX_NANOS) {
        return new StructuredAnswer.Invalid(List.of(SchemaCompiler.TOO_LONG));
      }
      Span span = candidates.get(i);
      JsonNode node = read(span);
      if (node == null || isSchema(node) || !schema.violations(node).isEmpty()) {
        continue;
      }
      if (isQuoted(span)) {
        repeated = true;
      } else if (!isFootnote(span)) {
        return new StructuredAnswer.Valid(Json.write(node));
      } else if (footnote == null) {
        footnote = node;
      }
    }
    if (footnote != null) {
      return new StructuredAnswer.Valid(Json.write(footnote));
    }
    return repeated
        ? invalid("the answer only repeats JSON of the request")
        : wrong(candidates, reason);
  }

  /** What comes nearest to an answer tells what is wrong with it. */
  private StructuredAnswer wrong(List<Span> candidates, JsonTextException reason) {
    Span nearest = null;
    for (Span span : candidates) {
      boolean nearer =
          nearest == null
              || span.fenced()
              || (!nearest.fenced() && span.length() > nearest.length());
      if (nearer && read(span) != null) {
        nearest = span;
      }
    }
    JsonNode node = nearest == null ? null : read(nearest);
    if (node != null) {
      return held(node);
    }
    String whole = text.strip();
    return invalid(
        whole.startsWith("{") || whole.startsWith("[")
            ? "no JSON was found in the answer; it starts like JSON, but: " + reason.getMessage()
            : "no JSON was found in the answer");
  }

  private StructuredAnswer held(JsonNode node) {
    if (isSchema(node)) {
      return invalid("the answer repeats the schema, where a value that satisfies it was expected");
    }
    List<Violation> violations = schema.violations(node);
    return violations.isEmpty()
        ? new StructuredAnswer.Valid(Json.write(node))
        : new StructuredAnswer.Invalid(violations);
  }

  private static StructuredAnswer invalid(String why) {
    return new StructuredAnswer.Invalid(List.of(new Violation("", why)));
  }

  private boolean isSchema(JsonNode node) {
    return node.isObject() && !node.isEmpty() && node.equals(schema.node());
  }

  private boolean isFootnote(Span span) {
    return !span.fenced()
        && span.length() < 40
        && FOOTNOTE.matcher(text.substring(span.start(), span.end())).matches();
  }

  private boolean isQuoted(Span span) {
    String packed = packed(text.substring(span.start(), span.end()));
    if (prompt.isEmpty() || packed.length() < MIN_REPETITION) {
      return false;
    }
    if (packedPrompt == null) {
      packedPrompt = packed(prompt);
    }
    return packedPrompt.contains(packed)
        && !NOTHING_MORE.matcher(text.substring(span.end())).matches();
  }

  private static String packed(String json) {
    return SPACE.matcher(json).replaceAll("");
  }

  /** Null for what the grammar alone does not see: a key twice, a number too long to be read. */
  private @Nullable JsonNode read(Span span) {
    if (unreadable == MAX_UNREADABLE) {
      return null;
    }
    try {
      return Json.readStrict(text.substring(span.start(), span.end()));
    } catch (JsonTextException e) {
      unreadable++;
      return null;
    }
  }
}
