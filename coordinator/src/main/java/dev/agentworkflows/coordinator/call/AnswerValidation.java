package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.schema.Violation;
import dev.agentworkflows.store.ValidationStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a call's answers did against its schema.
 *
 * @param status null without a schema, or without an answer
 * @param errors what of the last answer broke the schema
 * @param attempts how many answers were held against the schema
 */
public record AnswerValidation(
    @Nullable ValidationStatus status, List<Violation> errors, int attempts) {

  static final AnswerValidation NONE = new AnswerValidation(null, List.of(), 0);

  public AnswerValidation {
    errors = List.copyOf(errors);
  }
}
