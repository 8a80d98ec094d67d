package dev.agentworkflows.coordinator.schema;

import dev.agentworkflows.coordinator.json.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/** What came of holding an answer against its schema. */
public sealed interface StructuredAnswer {

  /**
   * The answer satisfies the schema.
   *
   * @param valueJson the JSON that was found in the answer, on one line, without what stood around
   *     it
   */
  record Valid(String valueJson) implements StructuredAnswer {}

  /**
   * The answer has no JSON, or JSON that breaks the schema.
   *
   * @param violations at least one; at most {@value AnswerSchema#MAX_VIOLATIONS}
   */
  record Invalid(List<Violation> violations) implements StructuredAnswer {

    public Invalid {
      violations = List.copyOf(violations);
    }

    /** The violations as users read them: a JSON array of {@code {"path","message"}}. */
    public String violationsJson() {
      ArrayNode array = Json.array();
      violations.forEach(violation ->
          array.addObject().put("path", violation.path()).put("message", violation.message()));
      return Json.write(array);
    }
  }
}
