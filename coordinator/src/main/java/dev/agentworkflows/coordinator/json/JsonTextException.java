package dev.agentworkflows.coordinator.json;

import java.util.Objects;

/** A text is not the JSON that it should be; the message says where, and quotes none of it. */
public final class JsonTextException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public JsonTextException(String message) {
    super(message);
  }

  public JsonTextException(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}
