package com.example.webhook;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.Usage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * Posts the prompt as plain text, and takes the response's body as the answer. Used by many threads
 * at once; an interruption ends the request.
 */
final class WebhookAdapter implements Adapter {

  /**
   * The secret that is sent as a bearer token when there is one, unless a setting names another.
   */
  static final String TOKEN = "WEBHOOK_TOKEN";

  private static final Duration CONNECTING = Duration.ofSeconds(20);
  private static final int SHOWN_OF_A_FAILURE = 300;

  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private final URI url;
  private final AdapterContext context;
  private final String tokenName;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECTING)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  WebhookAdapter(URI url, AdapterContext context) {
    this.url = url;
    this.context = context;
    this.tokenName = context.settings().getOrDefault(WebhookAdapterFactory.API_KEY_ENV, TOKEN);
  }

  @Override
  public AgentReply invoke(AgentCall call, CallContext attempt)
      throws AdapterException, InterruptedException {
    // Asked for by each call: the coordinator then keeps its value out of whatever is written.
    Optional<String> token = context.secret(tokenName);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("Content-Type", "text/plain; charset=utf-8")
            .header("X-Call-Id", call.callId())
            .timeout(call.timeout())
            .POST(BodyPublishers.ofString(call.prompt(), StandardCharsets.UTF_8));
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    attempt.progress("asks " + url.getHost());
    HttpResponse<String> response = send(request.build());
    if (response.statusCode() == OK) {
      return new AgentReply(response.body(), call.model(), Usage.UNKNOWN, null);
    }
    throw refused(response, token.orElse(""));
  }

  private HttpResponse<String> send(HttpRequest request)
      throws AdapterException, InterruptedException {
    try {
      return client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (ConnectException | HttpConnectTimeoutException e) {
      // Nothing was sent: also a call that edits may be tried again.
      throw failure(Kind.NOT_SENT, "no connection to " + url.getHost(), null);
    } catch (IOException e) {
      throw failure(Kind.TRANSIENT, "the connection to " + url.getHost() + " broke", null);
    }
  }

  private AdapterException refused(HttpResponse<String> response, String token) {
    int status = response.statusCode();
    Kind kind = status >= SERVER_ERROR ? Kind.TRANSIENT : Kind.PERMANENT;
    if (status == TOO_MANY_REQUESTS) {
      kind = Kind.RATE_LIMITED;
    }
    String body = response.body().strip();
    if (!token.isEmpty()) {
      // Before it is cut: half a token is too much as well.
      body = body.replace(token, "[token]");
    }
    if (body.length() > SHOWN_OF_A_FAILURE) {
      body = body.substring(0, SHOWN_OF_A_FAILURE) + "…";
    }
    return failure(
        kind, url.getHost() + " answered with status " + status + ": " + body, pause(response));
  }

  /** How long the endpoint asks to wait; only the form in seconds is understood. */
  private static Duration pause(HttpResponse<String> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        .orElse(null);
  }

  private static AdapterException failure(Kind kind, String message, Duration retryAfter) {
    return new AdapterException(kind, message, retryAfter, Usage.UNKNOWN, null);
  }
}
