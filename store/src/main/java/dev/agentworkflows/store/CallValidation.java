package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * How a call's answers did against its schema.
 *
 * @param status null without a schema
 * @param errorsJson a JSON array of {@code {"path","message"}}; null for none
 * @param attempts how many answers were held against the schema
 */
public record CallValidation(
    @Nullable ValidationStatus status, @Nullable String errorsJson, int attempts) {

  /** Of a call without a schema, or without an answer. */
  public static final CallValidation NONE = new CallValidation(null, null, 0);
}
