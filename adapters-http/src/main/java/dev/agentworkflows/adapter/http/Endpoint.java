package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One provider's address, asked over HTTP. Thread-safe; connections are reused. */
final class Endpoint {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

  /** What resets later than this may not be what it seems: only a refusal tells for sure. */
  private static final Duration MAX_FORESIGHT = Duration.ofMinutes(2);

  private final String baseUrl;
  private final String host;
  private final RetryAfter retryAfter;
  private final UsageHeaders usage;

  // HTTP/1.1: over HTTP/2, JDK 17's client fails calls beyond a server's limit of streams, and over
  // plain HTTP it asks for an upgrade that some local model servers don't understand. It never
  // sends a POST twice by itself.
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  Endpoint(String baseUrl, Clock clock) {
    this.baseUrl = baseUrl;
    this.host = URI.create(baseUrl).getAuthority();
    this.retryAfter = new RetryAfter(clock);
    this.usage = new UsageHeaders(clock);
  }

  /**
   * Sends a request and waits for the whole answer, an object. An interruption ends both at once.
   *
   * @param timeout after which the provider is given up
   * @param limits are told when the answer says that the next request would be refused, and, of a
   *     refusal as well, how much of the login's windows is used
   * @throws HttpErrorException when the endpoint answers with an error's status
   * @throws AdapterException when it does not answer, or not with JSON
   */
  JsonNode post(
      String path,
      Map<String, String> headers,
      ObjectNode body,
      ApiKey key,
      Duration timeout,
      CallContext limits)
      throws HttpErrorException, AdapterException, InterruptedException {
    HttpResponse<byte[]> response =
        post(
            path,
            headers,
            RequestBody.json(body),
            key,
            timeout,
            told -> usage.windows(told).forEach(limits::usageWindow));
    retryAfter
        .usedUp(response.headers())
        .filter(reset -> reset.compareTo(MAX_FORESIGHT) <= 0)
        .ifPresent(limits::limitReached);
    return json(response, key);
  }

  /** As {@link #post}, with any body, and without a word about limits. */
  JsonNode send(
      String path, Map<String, String> headers, RequestBody body, ApiKey key, Duration timeout)
      throws HttpErrorException, AdapterException, InterruptedException {
    return json(post(path, headers, body, key, timeout, told -> {}), key);
  }

  private HttpResponse<byte[]> post(
      String path,
      Map<String, String> headers,
      RequestBody body,
      ApiKey key,
      Duration timeout,
      Consumer<HttpHeaders> told)
      throws HttpErrorException, AdapterException, InterruptedException {
    HttpRequest.Builder request =
        request(path, headers)
            .header("content-type", body.contentType())
            .header("accept", "application/json")
            .POST(body.publisher());
    return exchange(request.build(), BoundedBody::of, key, timeout, told);
  }

  /** Asks for a document, an object; fails as {@link #post} does. */
  JsonNode get(String path, Map<String, String> headers, ApiKey key, Duration timeout)
      throws HttpErrorException, AdapterException, InterruptedException {
    HttpRequest.Builder request = request(path, headers).header("accept", "application/json").GET();
    return json(exchange(request.build(), BoundedBody::of, key, timeout, told -> {}), key);
  }

  /** Reads a file line by line; fails as {@link #post} does, and as the sink does. */
  void lines(
      String path, Map<String, String> headers, LineBody.Sink sink, ApiKey key, Duration timeout)
      throws HttpErrorException, AdapterException, InterruptedException {
    exchange(
        request(path, headers).header("accept", "*/*").GET().build(),
        response ->
            response.statusCode() / 100 == 2
                ? new LineBody(sink, BoundedBody.MAX_OF_AN_ANSWER)
                : BoundedBody.of(response),
        key,
        timeout,
        told -> {});
  }

  private HttpRequest.Builder request(String path, Map<String, String> headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(baseUrl + path))
            .header("accept-encoding", DecodedBody.ACCEPTED);
    headers.forEach(request::header);
    return request;
  }

  /**
   * @param told gets the answer's headers, whatever its status
   */
  private HttpResponse<byte[]> exchange(
      HttpRequest request,
      HttpResponse.BodyHandler<byte[]> handler,
      ApiKey key,
      Duration timeout,
      Consumer<HttpHeaders> told)
      throws HttpErrorException, AdapterException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, DecodedBody.handler(handler));
    try {
      HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      told.accept(response.headers());
      if (response.statusCode() / 100 != 2) {
        throw HttpErrorException.of(host, response, key, retryAfter);
      }
      return response;
    } catch (TimeoutException e) {
      throw failure(Kind.TIMEOUT, "has not answered within " + timeout.toSeconds() + " seconds", e);
    } catch (ExecutionException e) {
      throw withoutKey(unanswered(e.getCause() == null ? e : e.getCause(), key), key);
    } finally {
      // Also what an interruption leaves behind: a connection that nobody reads from any more.
      answer.cancel(true);
    }
  }

  private JsonNode json(HttpResponse<byte[]> response, ApiKey key) throws AdapterException {
    try {
      JsonNode json = Json.read(response.body());
      if (json.isObject()) {
        return json;
      }
    } catch (JacksonException e) {
      // told below, without the parser's view into the answer
    }
    JsonNode error = ErrorFields.besidesAnObject(response.body());
    if (error != null) {
      throw Failures.error(ErrorText.of(error), Usage.UNKNOWN);
    }
    ErrorText text = ErrorText.of(response.body(), key);
    boolean page = text.message().startsWith("a web page");
    throw failure(
        page ? Kind.PERMANENT : Kind.TRANSIENT,
        "answered with status %d, but not with a JSON object: %s%s"
            .formatted(
                response.statusCode(), text.message(), page ? ". Check the setting base_url" : ""),
        null);
  }

  private AdapterException unanswered(Throwable cause, ApiKey key) {
    if (cause instanceof AdapterException failure) {
      return failure;
    }
    if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
      return failure(Kind.NOT_SENT, notConnected(cause), cause);
    }
    String why = Causes.inPlainWords(cause);
    String told = why.isEmpty() ? "" : " (" + ErrorText.shortened(key.scrub(why)) + ")";
    if (isBeforeTls(cause)) {
      return failure(Kind.NOT_SENT, "can't be trusted: the TLS handshake failed" + told, cause);
    }
    if (cause instanceof HttpTimeoutException) {
      return failure(Kind.TIMEOUT, "has not answered in time", cause);
    }
    if (cause instanceof BoundedBody.TooLongException) {
      return failure(Kind.PERMANENT, "sent an answer without an end" + told, cause);
    }
    IOException unknown = Causes.unknownEncoding(cause);
    if (unknown != null) {
      return failure(Kind.PERMANENT, "answered in " + unknown.getMessage(), unknown);
    }
    if (cause instanceof IOException) {
      return failure(Kind.TRANSIENT, "closed the connection without a whole answer" + told, cause);
    }
    return failure(Kind.PERMANENT, "can't be asked" + told, null);
  }

  /**
   * A request goes out after the handshake only; the other side may not even know what that is.
   * Whether the client tells its failure itself, or as the cause of a lost connection, is a race.
   */
  private static boolean isBeforeTls(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLHandshakeException
          || (cause instanceof SSLException
              && String.valueOf(cause.getMessage()).contains("nrecognized SSL message"))) {
        return true;
      }
    }
    return false;
  }

  /** A cause that repeats the key, as a header's parser may, must not end up in a log. */
  private static AdapterException withoutKey(AdapterException failure, ApiKey key) {
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      String told = String.valueOf(cause.getMessage());
      if (!key.scrub(told).equals(told)) {
        return new AdapterException(
            failure.kind(), String.valueOf(failure.getMessage()), null, Usage.UNKNOWN, null);
      }
    }
    return failure;
  }

  private static String notConnected(Throwable cause) {
    for (Throwable reason = cause; reason != null; reason = reason.getCause()) {
      if (reason instanceof UnresolvedAddressException) {
        return "can't be reached: its name is unknown. Check the network and the setting base_url";
      }
    }
    return cause instanceof HttpTimeoutException
        ? "can't be reached: no connection within " + CONNECT_TIMEOUT.toSeconds() + " seconds"
        : "can't be reached: it refuses the connection. Check the network and the setting base_url";
  }

  private AdapterException failure(Kind kind, String what, @Nullable Throwable cause) {
    return new AdapterException(kind, host + " " + what, null, Usage.UNKNOWN, cause);
  }
}
