package dev.agentworkflows.adapter.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an error's body says, to people in at most {@value #MAX_LENGTH} characters.
 *
 * @param message never empty
 * @param codes the provider's own words for the error, the most telling first: {@code
 *     insufficient_quota}
 * @param status the status that the body names; 0 when it names none
 * @param json the body; null when it is no JSON
 */
record ErrorText(String message, List<String> codes, int status, @Nullable JsonNode json) {

  static final int MAX_LENGTH = 500;

  /** With what we say around it. */
  static final int MAX_FAILURE = 1_000;

  private static final Pattern TITLE =
      Pattern.compile("<title[^>]*>([^<]{1,200})</title>", Pattern.CASE_INSENSITIVE);

  static ErrorText of(byte[] body, ApiKey key) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      return plain("the answer is empty");
    }
    if (isNoText(text)) {
      return plain(body.length + " bytes that are no text");
    }
    if (text.startsWith("<")) {
      return plain(html(key.scrub(text)));
    }
    try {
      JsonNode json = Json.read(text);
      ErrorFields fields = ErrorFields.of(json);
      String message = fields.message();
      return new ErrorText(
          shortened(key.scrub(message == null ? text : message)),
          fields.codes(),
          fields.status(),
          fields.document());
    } catch (JacksonException e) {
      return plain(key.scrub(text));
    }
  }

  /**
   * As {@link #of(byte[], ApiKey)} for what was read already. The key is not known here: what is
   * left of one at the cut is known to the coordinator.
   */
  static ErrorText of(JsonNode json) {
    ErrorFields fields = ErrorFields.of(json);
    String message = fields.message();
    return new ErrorText(
        shortened(message == null ? Json.write(json) : message),
        fields.codes(),
        fields.status(),
        fields.document());
  }

  /** What is packed in a way that nobody asked for, for example. */
  private static boolean isNoText(String text) {
    long damaged =
        text.chars().limit(MAX_LENGTH).filter(c -> c == '\ufffd' || (c < ' ' && c != '\n')).count();
    return damaged * 10 > Math.min(text.length(), MAX_LENGTH);
  }

  private static ErrorText plain(String message) {
    return new ErrorText(shortened(message), List.of(), 0, null);
  }

  /** As much of a text as may have a key in it that is to be taken out before it is cut. */
  static String bounded(String text) {
    return text.length() <= BoundedBody.MAX_OF_AN_ERROR
        ? text
        : text.substring(0, BoundedBody.MAX_OF_AN_ERROR);
  }

  /** On one line, and cut where it gets too long to be read. */
  static String shortened(String text) {
    return shortened(text, MAX_LENGTH);
  }

  static String shortened(String text, int max) {
    String line = text.strip().replaceAll("\\s+", " ");
    if (line.length() <= max) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(max - 1)) ? max - 1 : max;
    return line.substring(0, end) + "…";
  }

  private static String html(String text) {
    Matcher title = TITLE.matcher(text);
    return title.find()
        ? "a web page instead of JSON, titled \"" + shortened(title.group(1)) + "\""
        : "a web page instead of JSON";
  }
}
