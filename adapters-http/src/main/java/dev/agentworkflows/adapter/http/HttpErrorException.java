package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.Usage;
import java.net.http.HttpResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An endpoint answered with an error's status. */
final class HttpErrorException extends Exception {

  private static final long serialVersionUID = 1L;

  /** No rephrasing helps against these; asking again would only cost time. */
  private static final Set<String> NOT_THE_FORM =
      Set.of("context_length_exceeded", "model_not_found", "invalid_api_key", "API_KEY_INVALID");

  private final int status;
  private final boolean mayRefuseForm;
  private final AdapterException failure;

  private HttpErrorException(int status, boolean mayRefuseForm, AdapterException failure) {
    super(failure.getMessage(), failure);
    this.status = status;
    this.mayRefuseForm = mayRefuseForm;
    this.failure = failure;
  }

  static HttpErrorException of(
      String host, HttpResponse<byte[]> response, ApiKey key, RetryAfter retryAfter) {
    int status = response.statusCode();
    ErrorText text = ErrorText.of(response.body(), key);
    Kind kind = outOfMoney(text.code()) ? Kind.PERMANENT : ErrorStatus.kind(status);
    String message =
        "%s answered with status %d: %s%s"
            .formatted(host, status, text.message(), advice(status, key));
    AdapterException failure =
        new AdapterException(
            kind,
            message,
            kind == Kind.TRANSIENT || kind == Kind.RATE_LIMITED
                ? retryAfter.of(response.headers(), text.json())
                : null,
            Usage.UNKNOWN,
            null);
    boolean form =
        ErrorStatus.mayRefuseForm(status)
            && (text.code() == null || !NOT_THE_FORM.contains(text.code()));
    return new HttpErrorException(status, form, failure);
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

  /** OpenAI says so with status 429, but no wait fills an account. */
  private static boolean outOfMoney(@Nullable String code) {
    return "insufficient_quota".equals(code);
  }

  private static String advice(int status, ApiKey key) {
    return switch (status) {
      case 301, 302, 303, 307, 308 ->
          ". Redirects are not followed, for the key would go along: correct the setting base_url";
      case 401, 403 ->
          key.isNone()
              ? ". No key was sent: name its variable in the setting api_key_env"
              : ". Check the key in " + key.name();
      case 404 -> ". Check the model's name and the setting base_url";
      default -> "";
    };
  }
}
