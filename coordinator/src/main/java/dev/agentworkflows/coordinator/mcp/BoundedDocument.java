package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Cuts a document that is more than a client takes: the errors of 200 calls, or the arguments of a
 * run, can be of any length. Texts, lists within lists and objects are cut, and say how long they
 * were; more is cut off until the whole fits.
 */
final class BoundedDocument {

  /** Characters of a whole answer: its largest parts, such as an output, have bounds below. */
  static final int MAX_DOCUMENT = 400_000;

  private static final int MAX_TEXT = 1_000;
  private static final int MAX_INNER = 20;

  /** A page has fewer entries, a run and a call fewer properties. */
  private static final int MAX_LIST = 1_000;

  private static final int MAX_PROPERTIES = 100;

  /** The document's own lists and objects, and the objects in these lists. */
  private static final int OUTER_DEPTH = 2;

  private static final int MIN_TEXT = 50;

  private final int maxText;
  private final int maxInner;

  private BoundedDocument(int maxText, int maxInner) {
    this.maxText = maxText;
    this.maxInner = maxInner;
  }

  static JsonNode of(JsonNode document) {
    JsonNode bounded = document;
    int text = MAX_TEXT;
    int inner = MAX_INNER;
    while (Json.write(bounded).length() > MAX_DOCUMENT && text >= MIN_TEXT) {
      bounded = new BoundedDocument(text, inner).cut(document, 0);
      text /= 2;
      inner /= 2;
    }
    return bounded;
  }

  private JsonNode cut(JsonNode node, int depth) {
    if (node.isString()) {
      return StringNode.valueOf(cut(node.stringValue()));
    }
    if (node instanceof ObjectNode object) {
      return object(object, depth <= OUTER_DEPTH ? MAX_PROPERTIES : maxInner, depth + 1);
    }
    if (node instanceof ArrayNode array) {
      return list(array, depth < OUTER_DEPTH ? MAX_LIST : maxInner, depth + 1);
    }
    return node;
  }

  private String cut(String text) {
    if (text.length() <= maxText) {
      return text;
    }
    boolean inPair = Character.isHighSurrogate(text.charAt(maxText - 1));
    return "%s… (cut, %d characters)"
        .formatted(text.substring(0, inPair ? maxText - 1 : maxText), text.length());
  }

  private ObjectNode object(ObjectNode object, int most, int depth) {
    ObjectNode copy = Json.object();
    for (var entry : object.properties()) {
      if (copy.size() == most) {
        return copy.put("…", "and %d more".formatted(object.size() - most));
      }
      copy.set(cut(entry.getKey()), cut(entry.getValue(), depth));
    }
    return copy;
  }

  private ArrayNode list(ArrayNode array, int most, int depth) {
    ArrayNode copy = Json.array();
    for (JsonNode node : array) {
      if (copy.size() == most) {
        return copy.add("… and %d more".formatted(array.size() - most));
      }
      copy.add(cut(node, depth));
    }
    return copy;
  }
}
