package dev.agentworkflows.adapter.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Where providers put what they say of an error: in {@code error}, an object or a text, or beside
 * it; a gateway puts another's error, as JSON, into its own message.
 *
 * @param document what holds the error
 */
record ErrorFields(JsonNode document) {

  private static final int DEEPEST = 5;

  /** Of a stream of events: the first that has data. */
  private static final Pattern EVENT =
      Pattern.compile("(?:(?:event|id|retry)?:[^\\n]*\\n|\\s)*+data:([^\\n]*)");

  private static final List<String> MESSAGES =
      List.of(
          "message",
          "detail",
          "msg",
          "error_msg",
          "errorMessage",
          "error_description",
          "status_msg",
          "title",
          "Message",
          "faultstring",
          "reason");

  private static final List<String> CODES =
      List.of("code", "type", "status", "error_type", "reason", "__type", "error_code", "Code");

  private static final List<String> STATUSES =
      List.of("status", "code", "status_code", "statusCode", "http_code", "http_status");

  /** Some wrap the error's document into a list of one. */
  static ErrorFields of(JsonNode json) {
    return new ErrorFields(json.isArray() && json.size() > 0 ? json.get(0) : json);
  }

  /**
   * The error in a body that is no object: in a list, as Google writes it, or in the first event of
   * a stream that nobody asked for. Null when there is none.
   */
  static @Nullable JsonNode besidesAnObject(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    Matcher event = EVENT.matcher(text);
    String json = event.lookingAt() ? event.group(1).strip() : text;
    if (!json.startsWith("[") && !json.startsWith("{")) {
      return null;
    }
    try {
      JsonNode document = of(Json.read(json)).document;
      return document.isObject() && new ErrorFields(document).isError() ? document : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /** Null when nothing says what happened. */
  @Nullable String message() {
    return message(document, 0);
  }

  private static @Nullable String message(JsonNode node, int depth) {
    if (depth > DEEPEST) {
      return null;
    }
    if (node.isString()) {
      return node.stringValue().isBlank() ? null : unwrapped(node.stringValue(), depth);
    }
    if (node.isArray()) {
      return node.isEmpty() ? null : message(node.get(0), depth + 1);
    }
    if (!node.isObject()) {
      return null;
    }
    for (JsonNode inside :
        new JsonNode[] {
          node.path("error"), node.path("errors"), node.path("base_resp"), node.path("fault")
        }) {
      String told = message(inside, depth + 1);
      if (told != null) {
        return told + behind(inside.path("metadata").path("raw"));
      }
    }
    for (String name : MESSAGES) {
      String told = message(node.path(name), depth + 1);
      if (told != null) {
        return told;
      }
    }
    return null;
  }

  /** What a router adds of the provider behind it. */
  private static String behind(JsonNode raw) {
    return raw.asString("").isBlank() ? "" : " (" + raw.asString("") + ")";
  }

  private static String unwrapped(String text, int depth) {
    JsonNode inner = wrapped(text);
    String told = inner == null ? null : message(inner, depth + 1);
    return told == null ? text : told;
  }

  private static @Nullable JsonNode wrapped(String text) {
    String json = text.strip();
    if (!json.startsWith("{") && !json.startsWith("[{")) {
      return null;
    }
    try {
      return of(Json.read(json)).document;
    } catch (JacksonException e) {
      return null;
    }
  }

  List<String> codes() {
    Set<String> codes = new LinkedHashSet<>();
    JsonNode error = document.path("error");
    for (JsonNode detail : error.path("details")) {
      // Google's status for a wrong key is the one for any wrong argument.
      add(codes, detail.path("reason"));
    }
    add(codes, error.path("innererror").path("code"));
    if (error.path("metadata").path("reasons").size() > 0) {
      codes.add("moderation");
    }
    addAll(codes, error);
    // {"error": "insufficient_quota"}
    addWord(codes, error);
    addAll(codes, document);
    add(codes, document.path("fault").path("detail").path("errorcode"));
    addAll(codes, document.path("errors").path(0));
    addAll(codes, document.path("message"));
    JsonNode inner = wrapped(error.path("message").asString(document.path("message").asString("")));
    if (inner != null) {
      addAll(codes, inner.path("error"));
      addAll(codes, inner);
    }
    JsonNode baseCode = document.path("base_resp").path("status_code");
    if (baseCode.isNumber()) {
      codes.add("base_resp:" + baseCode.asString());
    }
    return List.copyOf(codes);
  }

  private static void addAll(Set<String> codes, JsonNode from) {
    CODES.forEach(name -> add(codes, from.path(name)));
  }

  private static void addWord(Set<String> codes, JsonNode text) {
    if (text.asString("").matches("\\w{1,60}")) {
      add(codes, text);
    }
  }

  private static void add(Set<String> codes, JsonNode code) {
    if (code.isString() && !code.stringValue().isBlank()) {
      codes.add(code.stringValue());
    }
  }

  /** 0 when the body names none. */
  int status() {
    for (JsonNode holder : new JsonNode[] {document.path("error"), document}) {
      for (String name : STATUSES) {
        String number = holder.path(name).asString("");
        if (number.matches("[45]\\d\\d")) {
          return Integer.parseInt(number);
        }
      }
    }
    return 0;
  }

  /** Whether an answer with status 200 says by itself that it is an error. */
  boolean isError() {
    JsonNode error = document.path("error");
    boolean told =
        error.isObject()
            ? hasContent(error)
            : (error.isString() && !error.stringValue().isBlank()) || !error.isEmpty();
    return told
        || document.path("type").asString("").equals("error")
        || document.path("object").asString("").equals("error")
        || document.path("base_resp").path("status_code").asInt(0) != 0;
  }

  /** Whether a document without an answer tells why. */
  boolean hasReason() {
    return isError() || message() != null;
  }

  private static boolean hasContent(JsonNode error) {
    for (JsonNode value : error) {
      if (!value.isNull() && !(value.isString() && value.stringValue().isBlank())) {
        return true;
      }
    }
    return false;
  }
}
