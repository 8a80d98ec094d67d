package dev.agentworkflows.coordinator.schema;

import com.networknt.schema.Schema;
import dev.agentworkflows.coordinator.Sha256;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * A schema that answers are held against: JSON Schema 2020-12. Immutable; used by many threads.
 *
 * <p>{@code format} describes and does not decide, as is the default in 2020-12: an answer is not
 * refused because an e-mail address looks wrong. A {@code $schema} that names an older draft is
 * accepted, and the schema is read as 2020-12 all the same. References are followed inside the
 * schema (and to the 2020-12 metaschema, which is at hand); nothing is ever fetched.
 *
 * <p>The validator's classes and metaschemas load with this class: touch it for calls that have a
 * schema only.
 */
public final class AnswerSchema {

  /** How many violations of one answer are told. */
  static final int MAX_VIOLATIONS = 20;

  private static final RecentSchemas RECENT = new RecentSchemas();

  private final JsonNode node;
  private final Schema compiled;
  private final String json;
  private final String canonicalJson;
  private final String hash;

  private AnswerSchema(JsonNode node, Schema compiled) {
    this.node = node;
    this.compiled = compiled;
    this.json = Json.write(node);
    byte[] canonical = Json.canonicalBytes(node);
    this.canonicalJson = new String(canonical, StandardCharsets.US_ASCII);
    this.hash = Sha256.hex(canonical);
  }

  /**
   * Reads a schema. One that was read lately is given again without work.
   *
   * @throws InvalidSchemaException when no answer can be held against it: not JSON, neither an
   *     object nor a boolean, against the 2020-12 metaschema, a broken pattern, a reference to
   *     nowhere or to elsewhere
   */
  public static AnswerSchema parse(String schemaJson) throws InvalidSchemaException {
    AnswerSchema known = RECENT.get(schemaJson);
    if (known != null) {
      return known;
    }
    JsonNode node;
    try {
      node = Json.readStrict(schemaJson);
    } catch (JsonTextException e) {
      throw new InvalidSchemaException("the schema is not JSON: " + e.getMessage());
    }
    AnswerSchema schema = new AnswerSchema(node, SchemaCompiler.compile(node));
    RECENT.put(schemaJson, schema);
    return schema;
  }

  /**
   * The schema as its author wrote it, on one line: the order of its properties means something.
   */
  public String json() {
    return json;
  }

  /** The schema in the one form in which equal schemas are equal texts; for the call key. */
  public String canonicalJson() {
    return canonicalJson;
  }

  /** SHA-256 of {@link #canonicalJson()}, lower-case hex. */
  public String hash() {
    return hash;
  }

  /** As {@link #check(String, String)}, for an answer that can't repeat its prompt. */
  public StructuredAnswer check(String answerText) {
    return check(answerText, "");
  }

  /**
   * Chooses the JSON in an answer (see {@link AnswerJson}) and holds it against this schema. Takes
   * time linear in the answer's length, whatever the answer is; one that this schema's references
   * or patterns would take too long with is refused.
   *
   * @param prompt what was asked: JSON that the answer only repeats from it is no answer
   */
  public StructuredAnswer check(String answerText, String prompt) {
    return new AnswerJson(this, answerText, prompt).choose();
  }

  /** What is wrong with a value; empty when it satisfies this schema. */
  List<Violation> violations(JsonNode value) {
    return SchemaCompiler.violations(compiled, value);
  }

  /** The schema as it was written. */
  JsonNode node() {
    return node;
  }
}
