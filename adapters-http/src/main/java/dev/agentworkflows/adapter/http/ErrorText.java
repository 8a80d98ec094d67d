package dev.agentworkflows.adapter.http;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an error's body says to people, in at most {@value #LONGEST} characters.
 *
 * @param message never empty
 * @param code the provider's own word for the error: {@code insufficient_quota}; null when it has
 *     none
 * @param json the body; null when it is no JSON
 */
record ErrorText(String message, @Nullable String code, @Nullable JsonNode json) {

  static final int LONGEST = 500;

  private static final Pattern TITLE =
      Pattern.compile("<title[^>]*>([^<]{1,200})</title>", Pattern.CASE_INSENSITIVE);

  static ErrorText of(byte[] body, ApiKey key) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    if (text.isEmpty()) {
      return new ErrorText("the answer is empty", null, null);
    }
    if (text.startsWith("<")) {
      return new ErrorText(html(key.scrub(text)), null, null);
    }
    try {
      JsonNode json = Json.read(text);
      JsonNode document = json.isArray() && json.size() > 0 ? json.get(0) : json;
      return new ErrorText(shortened(key.scrub(message(document, text))), code(document), document);
    } catch (JacksonException e) {
      return new ErrorText(shortened(key.scrub(text)), null, null);
    }
  }

  /** On one line, and cut where it gets too long to be read. */
  static String shortened(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    if (line.length() <= LONGEST) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return line.substring(0, end) + "…";
  }

  private static String message(JsonNode document, String otherwise) {
    JsonNode error = document.path("error");
    for (JsonNode told :
        new JsonNode[] {
          error.path("message"), error, document.path("message"), document.path("detail")
        }) {
      if (told.isString() && !told.stringValue().isBlank()) {
        String behind = error.path("metadata").path("raw").asString("");
        return behind.isBlank() ? told.stringValue() : told.stringValue() + " (" + behind + ")";
      }
    }
    return otherwise;
  }

  private static @Nullable String code(JsonNode document) {
    JsonNode error = document.path("error");
    for (JsonNode detail : error.path("details")) {
      // Google's status for a wrong key is the one for any wrong argument.
      if (detail.path("reason").asString("").equals("API_KEY_INVALID")) {
        return "API_KEY_INVALID";
      }
    }
    for (String name : new String[] {"code", "status", "type"}) {
      if (error.path(name).isString()) {
        return error.path(name).stringValue();
      }
    }
    return null;
  }

  private static String html(String text) {
    Matcher title = TITLE.matcher(text);
    return title.find()
        ? "a web page instead of JSON, titled \"" + shortened(title.group(1)) + "\""
        : "a web page instead of JSON";
  }
}
