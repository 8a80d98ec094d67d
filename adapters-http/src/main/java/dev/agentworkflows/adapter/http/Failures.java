package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.BlankText;
import dev.agentworkflows.spi.ReasoningText;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageLimit;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The failures that a dialect finds in an answer that came with status 200. Their texts are not
 * cut: {@link HttpAdapter} knows the key, takes it out first, and cuts then.
 */
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
    String told = reason == null || reason.isBlank() ? "" : ": " + ErrorText.bounded(reason);
    return new AdapterException(
        Kind.REFUSED, "the model refused to answer" + told, null, usage, null);
  }

  /** An answer that holds none; another try may bring one. */
  public static AdapterException empty(String what, Usage usage) {
    return new AdapterException(
        Kind.TRANSIENT, "the provider's answer is empty: " + what, null, usage, null);
  }

  /**
   * The text of an answer, without what the model thought aloud before it.
   *
   * @param otherwise what to say when there is none
   */
  public static String requireText(String text, String otherwise, Usage usage)
      throws AdapterException {
    String answer = ReasoningText.removed(text);
    if (BlankText.is(answer)) {
      throw empty(BlankText.is(text) ? otherwise : "it is nothing but reasoning", usage);
    }
    return answer;
  }

  /** The model stopped for a reason that is no end of an answer. */
  public static AdapterException stopped(String reason, boolean passes, Usage usage) {
    return new AdapterException(
        passes ? Kind.TRANSIENT : Kind.PERMANENT,
        "the answer is not whole: the model stopped with " + ErrorText.bounded(reason),
        null,
        usage,
        null);
  }

  /**
   * Fails when an answer with status 200 is an error all the same, in any of the shapes that
   * providers, routers and gateways have for one.
   *
   * @param hasAnswer whether there is anything to read besides
   */
  public static void failOnError(JsonNode answer, boolean hasAnswer, Usage usage)
      throws AdapterException {
    ErrorFields fields = ErrorFields.of(answer);
    if (fields.isError() || (!hasAnswer && fields.hasReason())) {
      throw error(ErrorText.of(answer), usage);
    }
  }

  /** What an error's body, kept in a batch's file, means. */
  public static AdapterException error(int status, JsonNode body, Usage usage) {
    ErrorText text = ErrorText.of(body);
    return error(new ErrorText(text.message(), text.codes(), status, text.json()), usage);
  }

  static AdapterException error(ErrorText text, Usage usage) {
    int status = text.status();
    ErrorCause cause = ErrorCause.of(status, text);
    String code = status == 0 ? "" : " " + status;
    String message =
        ErrorCause.advised(
            "the provider answered with an error%s: %s".formatted(code, text.message()),
            cause.advice());
    UsageLimit limit = new RetryAfter(Clock.systemUTC()).usageLimit(cause, text.json());
    return limit == null
        ? new AdapterException(cause.kind(status), message, null, usage, null)
        : AdapterException.usageLimited(message, limit, usage);
  }

  /** Whether an answer with status 200 refuses the form of the request. */
  static boolean refusesForm(JsonNode answer) {
    if (!ErrorFields.of(answer).isError()) {
      return false;
    }
    ErrorText text = ErrorText.of(answer);
    return ErrorCause.of(text.status(), text).mayRefuseForm(text.status());
  }
}
