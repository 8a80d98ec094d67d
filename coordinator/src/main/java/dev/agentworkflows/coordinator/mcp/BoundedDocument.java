package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.json.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Cuts a document that is more than a client takes: the errors of 200 calls can be of any length.
 * Texts are cut first, then lists within lists; what was cut says how long it was.
 */
final class BoundedDocument {

  /** Characters of a whole answer: its largest parts, such as an output, have bounds below. */
  private static final int MAX_DOCUMENT = 400_000;

  private static final int MAX_TEXT = 1_000;
  private static final int MAX_INNER_LIST = 20;

  private BoundedDocument() {}

  static JsonNode of(JsonNode document) {
    return Json.write(document).length() <= MAX_DOCUMENT ? document : cut(document, 0);
  }

  private static JsonNode cut(JsonNode node, int listsAround) {
    if (node.isString() && node.stringValue().length() > MAX_TEXT) {
      String text = node.stringValue();
      boolean inPair = Character.isHighSurrogate(text.charAt(MAX_TEXT - 1));
      return StringNode.valueOf(
          "%s… (cut, %d characters)"
              .formatted(text.substring(0, inPair ? MAX_TEXT - 1 : MAX_TEXT), text.length()));
    }
    if (node instanceof ObjectNode object) {
      ObjectNode copy = Json.object();
      object
          .properties()
          .forEach(entry -> copy.set(entry.getKey(), cut(entry.getValue(), listsAround)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      return list(array, listsAround);
    }
    return node;
  }

  private static ArrayNode list(ArrayNode array, int listsAround) {
    int most = listsAround == 0 ? array.size() : Math.min(array.size(), MAX_INNER_LIST);
    ArrayNode copy = Json.array();
    for (int i = 0; i < most; i++) {
      copy.add(cut(array.get(i), listsAround + 1));
    }
    if (array.size() > most) {
      copy.add("… and %d more".formatted(array.size() - most));
    }
    return copy;
  }
}
