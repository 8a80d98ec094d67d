package dev.agentworkflows.coordinator.json;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** Writes a tree with a generator, as Jackson's mapper would; see {@link TreeReader}. */
final class TreeWriter {

  private final JsonGenerator generator;
  private final boolean sorted;

  /**
   * @param sorted whether the keys of every object are written in their order
   */
  TreeWriter(JsonGenerator generator, boolean sorted) {
    this.generator = generator;
    this.sorted = sorted;
  }

  void write(JsonNode node) {
    switch (node.getNodeType()) {
      case OBJECT -> object(node);
      case ARRAY -> array(node);
      case STRING -> generator.writeString(node.stringValue());
      case NUMBER -> number(node);
      case BOOLEAN -> generator.writeBoolean(node.booleanValue());
      case NULL -> generator.writeNull();
      default -> throw new IllegalArgumentException("not JSON: " + node.getNodeType());
    }
  }

  private void object(JsonNode object) {
    generator.writeStartObject();
    if (sorted) {
      Map<String, JsonNode> inOrder = new TreeMap<>();
      object.properties().forEach(entry -> inOrder.put(entry.getKey(), entry.getValue()));
      inOrder.forEach(this::property);
    } else {
      object.properties().forEach(entry -> property(entry.getKey(), entry.getValue()));
    }
    generator.writeEndObject();
  }

  private void property(String name, JsonNode value) {
    generator.writeName(name);
    write(value);
  }

  private void array(JsonNode array) {
    generator.writeStartArray();
    array.forEach(this::write);
    generator.writeEndArray();
  }

  private void number(JsonNode number) {
    switch (number.numberType()) {
      case INT -> generator.writeNumber(number.intValue());
      case LONG -> generator.writeNumber(number.longValue());
      case BIG_INTEGER -> generator.writeNumber(number.bigIntegerValue());
      case FLOAT -> generator.writeNumber(number.floatValue());
      case DOUBLE -> generator.writeNumber(number.doubleValue());
      case BIG_DECIMAL -> generator.writeNumber(number.decimalValue());
    }
  }
}
