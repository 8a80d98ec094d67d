package dev.agentworkflows.coordinator.mcp;

import com.sun.net.httpserver.HttpExchange;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may speak to the server: whoever has the token, and comes by a name of this machine. A web
 * page that lets its own name point to this machine is neither.
 */
final class HttpGuard {

  private static final Set<String> OURS = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String BEARER = "Bearer ";

  private final Supplier<String> token;

  /**
   * @param token as it is now; asked at each request
   */
  HttpGuard(Supplier<String> token) {
    this.token = token;
  }

  /** Why a request is not answered. */
  record Refusal(int status, String message) {}

  @Nullable Refusal refusal(HttpExchange http) {
    String host = http.getRequestHeaders().getFirst("Host");
    if (host == null || !OURS.contains(withoutPort(host))) {
      return new Refusal(403, "the Host header names another machine than this one");
    }
    // There can be several of them only where somebody tries something.
    List<String> origins = http.getRequestHeaders().getOrDefault("Origin", List.of());
    if (!origins.stream().allMatch(HttpGuard::isOurs)) {
      return new Refusal(403, "the Origin header names a page of another machine");
    }
    return bearsToken(http.getRequestHeaders().getFirst("Authorization"))
        ? null
        : new Refusal(401, "no valid token: send the header Authorization: Bearer TOKEN");
  }

  private static boolean isOurs(String origin) {
    try {
      String host = URI.create(origin).getHost();
      return host != null && OURS.contains(host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return (colon > host.lastIndexOf(']') ? host.substring(0, colon) : host)
        .toLowerCase(Locale.ROOT);
  }

  private boolean bearsToken(@Nullable String header) {
    return header != null
        && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        && MessageDigest.isEqual(
            token.get().getBytes(StandardCharsets.UTF_8),
            header.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
  }
}
