package dev.agentworkflows.coordinator.shim;

import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Where a script reads and writes.
 *
 * @param terminal its input is ours, and what nothing else is said of goes to our own streams
 * @param printsToErrors what it prints must not mix with a document on our standard output
 * @param errors where its standard error goes, line by line; null for our own, which is then a
 *     terminal to it when it is one to us
 */
public record ShimStreams(boolean terminal, boolean printsToErrors, @Nullable OutputStream errors) {

  /** Our own. */
  public static ShimStreams ours(boolean printsToErrors) {
    return new ShimStreams(true, printsToErrors, null);
  }

  /** Our own but for its errors. */
  public static ShimStreams ours(boolean printsToErrors, OutputStream errors) {
    return new ShimStreams(true, printsToErrors, errors);
  }

  /** None of ours: it has no input, and all that it says goes to one place. */
  public static ShimStreams apart(OutputStream said) {
    return new ShimStreams(false, true, said);
  }
}
