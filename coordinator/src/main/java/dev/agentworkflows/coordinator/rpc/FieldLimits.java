package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import java.util.List;

/**
 * How long each text of the protocol may be, and that what is said to be JSON is JSON: whoever
 * reads it later must not have to think of it. docs/protocol.md tells the numbers.
 */
final class FieldLimits {

  /** Names, labels, phases, ids. */
  static final int NAME = 10_000;

  /** Ids of calls, which this program gives. */
  static final int CALL_ID = 100;

  /** Paths and patterns of paths. */
  static final int PATH = 32_768;

  /** Of a list: phases, scopes. */
  static final int ENTRIES = 10_000;

  /** What people read: messages, questions, descriptions. */
  static final int TEXT = 1_000_000;

  /** Documents that go with a call: a schema, metadata, permissions, an event's data. */
  static final int DOCUMENT = 4 << 20;

  /** Arguments of main, which are kept as long as the run is open. */
  static final int ARGUMENTS =
      (int) Math.max(1 << 20, Math.min(16 << 20, Runtime.getRuntime().maxMemory() / 128));

  private FieldLimits() {}

  /**
   * The same text.
   *
   * @throws IllegalArgumentException when it is longer than it may be
   */
  static String check(String field, String text, int max) {
    if (text.length() > max) {
      throw new IllegalArgumentException(
          "%s: expected at most %,d characters, found %,d".formatted(field, max, text.length()));
    }
    return text;
  }

  static List<String> check(String field, List<String> texts, int max) {
    if (texts.size() > ENTRIES) {
      throw new IllegalArgumentException(
          "%s: expected at most %,d entries, found %,d".formatted(field, ENTRIES, texts.size()));
    }
    texts.forEach(text -> check(field, text, max));
    return texts;
  }

  /** A JSON document that is an object. */
  static String checkObject(String field, String json, int max) {
    check(field, json, max);
    if (json.equals("{}")) {
      return json;
    }
    try {
      if (Json.read(json).isObject()) {
        return json;
      }
    } catch (JsonTextException e) {
      throw new IllegalArgumentException(field + " is not JSON: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(field + " is not a JSON object");
  }

  /** A JSON document, as long as a message may be. */
  static String checkJson(String field, String json) {
    try {
      Json.read(json);
      return json;
    } catch (JsonTextException e) {
      throw new IllegalArgumentException(field + " is not JSON: " + e.getMessage(), e);
    }
  }
}
