package dev.agentworkflows.coordinator;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What futures wrap around an exception. */
public final class Causes {

  private Causes() {}

  /** What was thrown in the first place; a failure that no future has wrapped is its own. */
  public static Throwable of(Throwable thrown) {
    Throwable cause = thrown;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
