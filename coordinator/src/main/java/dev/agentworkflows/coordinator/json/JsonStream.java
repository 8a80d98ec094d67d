package dev.agentworkflows.coordinator.json;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;

/**
 * A document for people that is written piece by piece, in the form of {@link Json#writePretty}:
 * however long it is, one piece of it is in memory. For one thread. Closing it ends the document
 * with a line end; what it is written to stays open.
 */
public final class JsonStream implements AutoCloseable {

  /** What was not written to its end is seen to be broken. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private final Writer out;
  private final JsonGenerator generator;
  private final TreeWriter tree;

  /** Writes UTF-8. */
  public JsonStream(OutputStream out) {
    this(new OutputStreamWriter(new Unclosed(out), StandardCharsets.UTF_8));
  }

  JsonStream(Writer out) {
    this.out = new HarmlessWriter(out);
    this.generator = FACTORY.createGenerator(new Indented(), this.out);
    this.tree = new TreeWriter(generator, false);
  }

  /** Neither closed nor flushed: whoever has it does that. */
  private static final class Unclosed extends FilterOutputStream {
    private Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static final class Indented extends ObjectWriteContext.Base {
    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }

    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new Indentation();
    }
  }

  public JsonStream beginObject() {
    generator.writeStartObject();
    return this;
  }

  public JsonStream endObject() {
    generator.writeEndObject();
    return this;
  }

  public JsonStream beginArray() {
    generator.writeStartArray();
    return this;
  }

  public JsonStream endArray() {
    generator.writeEndArray();
    return this;
  }

  /** The name of an object's next value. */
  public JsonStream name(String name) {
    generator.writeName(name);
    return this;
  }

  public JsonStream value(JsonNode value) {
    tree.write(value);
    return this;
  }

  /**
   * A value that is JSON already, without a tree of it in memory.
   *
   * @throws JsonTextException where the text is not one document
   */
  public JsonStream text(String json) {
    try (JsonParser parser = Json.parser(json)) {
      int depth = 0;
      do {
        JsonToken token = parser.nextToken();
        if (token == null) {
          throw new JsonTextException("the text ends too early");
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        copy(parser, token);
      } while (depth > 0);
      if (parser.nextToken() != null) {
        throw new JsonTextException("there is more text after the end of the document");
      }
      return this;
    } catch (JacksonException e) {
      throw new JsonTextException(e.getOriginalMessage(), e);
    }
  }

  private void copy(JsonParser parser, JsonToken token) {
    switch (token) {
      case START_OBJECT -> generator.writeStartObject();
      case END_OBJECT -> generator.writeEndObject();
      case START_ARRAY -> generator.writeStartArray();
      case END_ARRAY -> generator.writeEndArray();
      case PROPERTY_NAME -> generator.writeName(parser.currentName());
      case VALUE_STRING -> generator.writeString(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE, VALUE_NULL ->
          tree.write(TreeReader.scalar(parser, token));
      default -> throw new JsonTextException("unexpected " + token);
    }
  }

  @Override
  public void close() {
    generator.close();
    try {
      out.write("\n");
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
