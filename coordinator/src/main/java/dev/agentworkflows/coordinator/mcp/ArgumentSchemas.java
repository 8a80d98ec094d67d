package dev.agentworkflows.coordinator.mcp;

import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.json.schema.jackson3.DefaultJsonSchemaValidator;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds a tool's arguments against its schema. Numbers that the SDK's own validator can't take are
 * refused before, in words for people.
 */
final class ArgumentSchemas implements JsonSchemaValidator {

  /** Of whole numbers; all of them fit into a {@code long}. */
  private static final int MAX_DIGITS = 18;

  /** More than any number of a client's has behind its point. */
  private static final int MAX_DECIMALS = 40;

  private final JsonSchemaValidator validator = new DefaultJsonSchemaValidator();

  @Override
  public ValidationResponse validate(Map<String, Object> schema, Object content) {
    if (content instanceof Map<?, ?> arguments) {
      Optional<String> absurd =
          arguments.entrySet().stream()
              .filter(argument -> isAbsurd(argument.getValue()))
              .map(argument -> String.valueOf(argument.getKey()))
              .findFirst();
      if (absurd.isPresent()) {
        return ValidationResponse.asInvalid(
            "/" + absurd.get() + ": is a number that is too large or too small to be taken");
      }
    }
    return validator.validate(schema, content);
  }

  @Override
  public ValidationResponse validateSchema(Map<String, Object> schema) {
    return validator.validateSchema(schema);
  }

  private static boolean isAbsurd(@Nullable Object value) {
    return value instanceof BigDecimal number
        && (number.scale() > MAX_DECIMALS
            || number.precision() - (long) number.scale() > MAX_DIGITS);
  }
}
