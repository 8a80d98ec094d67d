package dev.agentworkflows.coordinator.web;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask the web view for what. A page of another site may send requests to this machine, and
 * may have its own name lead here: so the host and the origin must be ours, and whatever tells of
 * runs needs the token.
 */
final class RequestFilter extends Filter {

  /** Markup is inserted by our own script alone, through a policy that it names. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types fragments";

  /** Whatever port follows: one that is forwarded here (ssh -L) has another number there. */
  private static final Pattern OUR_HOST =
      Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1]):\\d{1,5}");

  private final byte[] expected;

  RequestFilter(String token) {
    this.expected = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String description() {
    return "host, origin, token";
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    Headers answer = exchange.getResponseHeaders();
    answer.set("Content-Security-Policy", POLICY);
    answer.set("Cache-Control", "no-store");
    answer.set("X-Content-Type-Options", "nosniff");
    answer.set("Referrer-Policy", "no-referrer");
    answer.set("X-Frame-Options", "DENY");
    answer.set("Cross-Origin-Opener-Policy", "same-origin");
    answer.set("Cross-Origin-Resource-Policy", "same-origin");
    if (!isForUs(exchange.getRequestHeaders())) {
      HttpResponses.refuse(exchange, 403, "This page is for 127.0.0.1 alone.");
    } else if (exchange.getRequestURI().getPath().startsWith("/api/")
        && !hasToken(exchange.getRequestHeaders())) {
      HttpResponses.refuse(exchange, 401, "The token is missing or wrong.");
    } else {
      chain.doFilter(exchange);
    }
  }

  private boolean isForUs(Headers headers) {
    String host = only(headers, "Host");
    if (host == null || !OUR_HOST.matcher(host).matches()) {
      return false;
    }
    String origin = headers.getFirst("Origin");
    return origin == null || origin.equals("http://" + host);
  }

  private boolean hasToken(Headers headers) {
    String given = only(headers, "Authorization");
    return given != null && MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), expected);
  }

  /** The value of a header that may be there once. */
  private static @Nullable String only(Headers headers, String name) {
    List<String> values = headers.get(name);
    return values == null || values.size() != 1 ? null : values.get(0);
  }
}
