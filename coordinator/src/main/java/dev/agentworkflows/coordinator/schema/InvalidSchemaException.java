package dev.agentworkflows.coordinator.schema;

/** A script's schema is not one that answers can be held against. The message is for people. */
public final class InvalidSchemaException extends Exception {

  private static final long serialVersionUID = 1L;

  InvalidSchemaException(String message) {
    super(message);
  }
}
