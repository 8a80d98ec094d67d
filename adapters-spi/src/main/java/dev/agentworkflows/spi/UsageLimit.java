package dev.agentworkflows.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A limit of a login that fills again by itself, as the five-hour window of a subscription. Calls
 * to the login wait for its reset, outside of their own time.
 *
 * @param resetsAt when calls are answered again; null when nobody says
 * @param ofModel whether the limit is that of the call's model alone, and other models may still
 *     answer
 * @param nothingBegan whether it is certain that the refused call did no work: then even a mutating
 *     call goes again
 * @since level 4
 */
public record UsageLimit(@Nullable Instant resetsAt, boolean ofModel, boolean nothingBegan) {

  /** A limit of the whole login. */
  public static UsageLimit until(@Nullable Instant resetsAt, boolean nothingBegan) {
    return new UsageLimit(resetsAt, false, nothingBegan);
  }
}
