package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.spi.UsageLimit;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** An endpoint answered with an error's status. */
final class HttpErrorException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Unless it says so, no provider bills a request that it answers with an error's status. */
  private static final Usage NOT_BILLED = Usage.of(0, 0);

  private final int status;
  private final boolean mayRefuseForm;
  private final AdapterException failure;
  private final transient @Nullable JsonNode body;

  private HttpErrorException(
      int status, boolean mayRefuseForm, AdapterException failure, @Nullable JsonNode body) {
    super(failure.getMessage(), failure);
    this.status = status;
    this.mayRefuseForm = mayRefuseForm;
    this.failure = failure;
    this.body = body;
  }

  static HttpErrorException of(
      String host, HttpResponse<byte[]> response, ApiKey key, RetryAfter retryAfter) {
    int status = response.statusCode();
    ErrorText text = ErrorText.of(response.body(), key);
    ErrorCause cause = ErrorCause.of(status, text);
    Kind kind = cause.kind(status);
    String message =
        ErrorCause.advised(
            "%s answered with status %d: %s".formatted(host, status, text.message()),
            advice(status, cause, key));
    UsageLimit limit = retryAfter.usageLimit(cause, response.headers(), text.json());
    AdapterException failure =
        limit != null
            ? AdapterException.usageLimited(message, limit, NOT_BILLED)
            : new AdapterException(
                kind,
                message,
                kind == Kind.TRANSIENT || kind == Kind.RATE_LIMITED
                    ? retryAfter.of(response.headers(), text.json())
                    : null,
                NOT_BILLED,
                null);
    return new HttpErrorException(
        status,
        cause.mayRefuseForm(status),
        cause.isTurnedAway(status, text) ? failure.beforeWork() : failure,
        text.json());
  }

  /**
   * The same, with what the error's body says that the attempt took all the same.
   *
   * @param reader reads what a body says of usage and cost, whatever else it says
   */
  HttpErrorException billedBy(ProviderRequest.Reader reader) {
    if (body == null) {
      return this;
    }
    try {
      reader.read(body);
      return this;
    } catch (AdapterException told) {
      boolean worked = told.usage().billedTokens() > 0 || told.costUsd() != null;
      return worked
          ? new HttpErrorException(
              status, mayRefuseForm, failure.billed(told.usage(), told.costUsd()), body)
          : this;
    }
  }

  int status() {
    return status;
  }

  /** Whether another {@link AnswerForm} may be welcome. */
  boolean mayRefuseForm() {
    return mayRefuseForm;
  }

  /** What the call is told when nothing else helps. */
  AdapterException failure() {
    return failure;
  }

  private static String advice(int status, ErrorCause cause, ApiKey key) {
    if (status / 100 == 3) {
      return "Redirects are not followed, for the key would go along: correct the setting base_url";
    }
    if (cause == ErrorCause.KEY) {
      return key.isNone()
          ? "No key was sent: name its variable in the setting api_key_env"
          : "Check the key in " + key.name();
    }
    return cause.advice();
  }
}
