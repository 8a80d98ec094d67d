package dev.agentworkflows.store;

import org.jspecify.annotations.Nullable;

/**
 * What a call has met on its way to an answer.
 *
 * @param waiting null for a call that is out, or over, or that waits no longer than a moment
 * @param triedJson a JSON array of the providers that could not answer; null for none
 */
public record CallProgress(@Nullable CallWait waiting, @Nullable String triedJson) {

  /** Nothing that is worth a word. */
  public static final CallProgress NONE = new CallProgress(null, null);
}
