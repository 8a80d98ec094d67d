package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.Usage;
import org.jspecify.annotations.Nullable;

/** The failures that a dialect finds in an answer that came with status 200. */
public final class Failures {

  private Failures() {}

  /** The provider stopped in the middle: what it wrote is not passed off as a whole answer. */
  public static AdapterException cut(String limit, @Nullable Integer maxTokens, Usage usage) {
    String where = maxTokens == null ? "" : " of " + maxTokens + " tokens";
    return new AdapterException(
        Kind.PERMANENT,
        "the answer was cut off: the model reached its limit%s (%s). Raise the provider's setting"
                .formatted(where, limit)
            + " max_tokens (OWF_PROVIDER_<NAME>_MAX_TOKENS), choose a model that may write more,"
            + " or ask for a shorter answer",
        null,
        usage,
        null);
  }

  /** The model, or a filter of the provider's, will not answer this. */
  public static AdapterException refused(@Nullable String reason, Usage usage) {
    String told = reason == null || reason.isBlank() ? "" : ": " + ErrorText.shortened(reason);
    return new AdapterException(
        Kind.PERMANENT, "the model refused to answer" + told, null, usage, null);
  }

  /** An answer that holds none; another try may bring one. */
  public static AdapterException empty(String what, Usage usage) {
    return new AdapterException(
        Kind.TRANSIENT, "the provider's answer is empty: " + what, null, usage, null);
  }

  /**
   * An error of the provider's inside of an answer with status 200.
   *
   * @param status as the provider would have sent it; 0 when it does not say
   */
  public static AdapterException error(int status, String message, Usage usage) {
    Kind kind = status == 0 ? Kind.TRANSIENT : ErrorStatus.kind(status);
    String code = status == 0 ? "" : " " + status;
    return new AdapterException(
        kind,
        "the provider answered with an error%s: %s".formatted(code, ErrorText.shortened(message)),
        null,
        usage,
        null);
  }
}
