package dev.agentworkflows.coordinator.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.InvalidSchemaRefException;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.ValidationLimitExceededException;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import com.networknt.schema.resource.SchemaLoader;
import dev.agentworkflows.coordinator.QuietLoggers;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/** The edge to the validator library. All of it is thread-safe. */
final class SchemaCompiler {

  private static final String DRAFT = "https://json-schema.org/draft/2020-12/";

  static {
    // What the library logs, it also throws.
    QuietLoggers.set(Level.OFF, "com.networknt.schema");
  }

  private static final BoundedPatterns PATTERNS = new BoundedPatterns();
  private static final SchemaRegistry REGISTRY = registry();

  private static final Schema METASCHEMA = REGISTRY.getSchema(SchemaLocation.of(DRAFT + "schema"));

  /** A pattern or a reference runs deeper than a thread's stack. */
  private static final Violation ENDLESS =
      new Violation("", "the answer is too deep for this schema to be checked");

  /** References that lead to others twice each make 2^n steps of n lines. */
  static final Violation TOO_LONG =
      new Violation("", "the answer takes too long to be checked against this schema");

  /** Some seconds; an answer of a megabyte takes a tenth of them. */
  private static final long MAX_STEPS = 10_000_000;

  private SchemaCompiler() {}

  private static SchemaRegistry registry() {
    return SchemaRegistry.withDialect(
        Dialects.getDraft202012(),
        builder ->
            builder
                .schemaLoader(
                    SchemaLoader.builder().allow(iri -> iri.toString().startsWith(DRAFT)).build())
                .schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .pathType(PathType.JSON_POINTER)
                        .regularExpressionFactory(PATTERNS)
                        .locale(Locale.ROOT)
                        .build()));
  }

  static Schema compile(JsonNode node) throws InvalidSchemaException {
    if (!node.isObject() && !node.isBoolean()) {
      throw new InvalidSchemaException(
          "the schema is %s; expected a JSON object or a boolean"
              .formatted(node.getNodeType().name().toLowerCase(Locale.ROOT)));
    }
    List<Violation> violations = violations(METASCHEMA, node);
    if (!violations.isEmpty()) {
      Violation first = violations.get(0);
      throw new InvalidSchemaException(
          "the schema is not valid JSON Schema 2020-12%s: %s"
              .formatted(first.path().isEmpty() ? "" : ", at " + first.path(), first.message()));
    }
    Schema schema = load(withoutDialect(node));
    List<Violation> ofNothing = violations(schema, NullNode.getInstance());
    if (ofNothing.contains(TOO_LONG)) {
      throw new InvalidSchemaException(
          "the schema takes too long to be checked; its references multiply each other");
    }
    if (ofNothing.contains(ENDLESS)) {
      throw new InvalidSchemaException(
          "the schema refers to itself without end; a $ref may come back to itself only through"
              + " a property or an item");
    }
    return schema;
  }

  private static Schema load(JsonNode node) throws InvalidSchemaException {
    try {
      Schema schema = REGISTRY.getSchema(SchemaLocation.of("urn:schema"), node);
      schema.initializeValidators();
      return schema;
    } catch (InvalidSchemaRefException e) {
      throw new InvalidSchemaException("the schema has a $ref to nowhere: " + firstLine(e));
    } catch (com.networknt.schema.InvalidSchemaException e) {
      throw new InvalidSchemaException(
          "the schema refers to another document, and none is ever fetched: " + firstLine(e));
    } catch (SchemaException e) {
      throw new InvalidSchemaException("the schema cannot be used: " + firstLine(e));
    } catch (StackOverflowError e) {
      throw new InvalidSchemaException("the schema is nested too deeply");
    }
  }

  /** Older drafts are read as 2020-12: what that cannot read, its metaschema has refused. */
  private static JsonNode withoutDialect(JsonNode node) throws InvalidSchemaException {
    JsonNode dialect = node.get("$schema");
    if (dialect == null) {
      return node;
    }
    if (!dialect.stringValue("").matches("https?://json-schema\\.org/.*")) {
      throw new InvalidSchemaException(
          "the schema's $schema is %s; expected %sschema, or none"
              .formatted(new Violation("", dialect.toString()).message(), DRAFT));
    }
    ObjectNode copy = ((ObjectNode) node).objectNode();
    copy.setAll((ObjectNode) node);
    copy.remove("$schema");
    return copy;
  }

  static List<Violation> violations(Schema schema, JsonNode value) {
    ExecutionContext context = new FewErrors();
    PATTERNS.begin();
    try {
      schema.validate(context, value);
    } catch (StackOverflowError e) {
      return List.of(ENDLESS);
    } catch (ValidationLimitExceededException | BoundedPatterns.TooMuchException e) {
      return List.of(TOO_LONG);
    }
    return context.getErrors().stream()
        .map(SchemaCompiler::violation)
        .distinct()
        .limit(AnswerSchema.MAX_VIOLATIONS)
        .toList();
  }

  private static Violation violation(Error error) {
    String path = error.getInstanceLocation().toString();
    return new Violation(
        path,
        "false".equals(error.getKeyword())
            ? "nothing is allowed here"
            : String.valueOf(error.getMessage()));
  }

  private static String firstLine(Exception e) {
    @Nullable String message = e.getMessage();
    return new Violation("", message == null ? e.toString() : message).message();
  }

  /**
   * Forgets errors beyond what anybody will read: an answer of megabytes can make a million. That
   * there are errors is never forgotten.
   */
  private static final class FewErrors extends ExecutionContext {

    private static final int ENOUGH = 50 * AnswerSchema.MAX_VIOLATIONS;

    FewErrors() {
      super(ExecutionConfig.builder().maxEvaluationSteps(MAX_STEPS).build());
    }

    @Override
    public void addError(Error error) {
      if (getErrors().size() < ENOUGH) {
        super.addError(error);
      }
    }
  }
}
