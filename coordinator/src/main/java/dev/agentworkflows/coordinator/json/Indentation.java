package dev.agentworkflows.coordinator.json;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.PrettyPrinter;

/**
 * Each property of an object on a line of its own, arrays on one line. The library's own printer
 * puts its separators together by method handles, which takes milliseconds of every run.
 */
final class Indentation implements PrettyPrinter {

  private static final String LINE = System.lineSeparator();

  private int depth;

  @Override
  public void writeRootValueSeparator(JsonGenerator generator) {
    generator.writeRaw(' ');
  }

  @Override
  public void writeStartObject(JsonGenerator generator) {
    generator.writeRaw('{');
    depth++;
  }

  @Override
  public void beforeObjectEntries(JsonGenerator generator) {
    beginLine(generator);
  }

  @Override
  public void writeObjectNameValueSeparator(JsonGenerator generator) {
    generator.writeRaw(": ");
  }

  @Override
  public void writeObjectEntrySeparator(JsonGenerator generator) {
    generator.writeRaw(',');
    beginLine(generator);
  }

  @Override
  public void writeEndObject(JsonGenerator generator, int entries) {
    depth--;
    if (entries > 0) {
      beginLine(generator);
    }
    generator.writeRaw('}');
  }

  @Override
  public void writeStartArray(JsonGenerator generator) {
    generator.writeRaw('[');
  }

  @Override
  public void beforeArrayValues(JsonGenerator generator) {
    generator.writeRaw(' ');
  }

  @Override
  public void writeArrayValueSeparator(JsonGenerator generator) {
    generator.writeRaw(", ");
  }

  @Override
  public void writeEndArray(JsonGenerator generator, int values) {
    generator.writeRaw(values > 0 ? " ]" : "]");
  }

  private void beginLine(JsonGenerator generator) {
    generator.writeRaw(LINE);
    for (int i = 0; i < depth; i++) {
      generator.writeRaw("  ");
    }
  }
}
