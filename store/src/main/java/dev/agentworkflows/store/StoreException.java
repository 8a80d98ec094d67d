package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * Says that the store could not do what was asked. The message is one or two plain lines for
 * people: which file, what happened, what to do; never a stored text.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreException(String message) {
    this(message, null);
  }

  StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
