package dev.agentworkflows.adapter.fake;

import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.resource.SchemaLoader;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A schema that values can be held against: JSON Schema 2020-12, whatever draft it names. The
 * coordinator has checked it before.
 *
 * <p>The validator's classes and Jackson's mapper load with this class: touch it for calls that
 * have a schema only.
 */
final class CompiledSchema {

  private static final String DRAFT = "https://json-schema.org/draft/2020-12/";

  /** Python writes whole numbers of up to 4,300 digits. */
  private static final int MAX_NUMBER_LENGTH = 5_000;

  /** Reads numbers exactly; writes ASCII, so that a lone surrogate survives. */
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** Follows references to the metaschema, which is at hand; fetches nothing. */
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDialect(
          Dialects.getDraft202012(),
          builder ->
              builder.schemaLoader(
                  SchemaLoader.builder().allow(iri -> iri.toString().startsWith(DRAFT)).build()));

  private final JsonNode node;
  private final Schema compiled;

  private CompiledSchema(JsonNode node, Schema compiled) {
    this.node = node;
    this.compiled = compiled;
  }

  static CompiledSchema parse(String schemaJson) throws AdapterException {
    try {
      JsonNode node = JSON.readTree(schemaJson);
      Schema schema = REGISTRY.getSchema(SchemaLocation.of("urn:schema"), withoutDialect(node));
      // References are followed here, not with the first value.
      schema.initializeValidators();
      return new CompiledSchema(node, schema);
    } catch (JacksonException | SchemaException e) {
      throw unusable(String.valueOf(e.getMessage()));
    } catch (StackOverflowError e) {
      throw unusable("it is nested too deeply");
    }
  }

  private static AdapterException unusable(String problem) {
    return new AdapterException(
        Kind.PERMANENT, "fake provider: the schema cannot be used: " + problem);
  }

  /** Older drafts are read as 2020-12, as the coordinator does. */
  private static JsonNode withoutDialect(JsonNode node) {
    if (!node.has("$schema")) {
      return node;
    }
    ObjectNode copy = ((ObjectNode) node).objectNode();
    copy.setAll((ObjectNode) node);
    copy.remove("$schema");
    return copy;
  }

  /** Writes a value on one line. */
  static String write(JsonNode value) {
    return JSON.writeValueAsString(value);
  }

  /** The schema as it was written. */
  JsonNode node() {
    return node;
  }

  /** Whether a value satisfies the schema; one that is too deep to be checked does not. */
  boolean allows(JsonNode value) {
    try {
      return compiled.validate(value, OutputFormat.BOOLEAN);
    } catch (StackOverflowError e) {
      return false;
    }
  }
}
