package dev.agentworkflows.coordinator.http;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Who may ask a server on loopback. A page of another site may send requests to this machine, and
 * may have its own name lead here: so the host and the origin must be of this machine, and what
 * tells of runs needs the token.
 */
public final class LoopbackGuard {

  /** From which pages requests may come. */
  public enum Origins {
    /** The server's own. */
    OWN,
    /** Those of any server on this machine: a tool that developers use in a browser has its own. */
    OF_THIS_MACHINE
  }

  /** What is wrong with a request. */
  public enum Denial {
    HOST,
    ORIGIN,
    TOKEN
  }

  /** Whatever port follows: one that is forwarded here (ssh -L) has another number there. */
  private static final Pattern OUR_HOST =
      Pattern.compile("(127\\.0\\.0\\.1|localhost|\\[::1])(:\\d{1,5})?", Pattern.CASE_INSENSITIVE);

  private static final Set<String> OUR_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String BEARER = "Bearer ";

  private final Supplier<String> token;
  private final Origins origins;

  /**
   * @param token as it is now; asked at each request
   */
  public LoopbackGuard(Supplier<String> token, Origins origins) {
    this.token = token;
    this.origins = origins;
  }

  /** Why a request is not answered at all; empty when it may be. */
  public Optional<Denial> denies(Headers request) {
    List<String> hosts = request.getOrDefault("Host", List.of());
    if (hosts.size() != 1 || !OUR_HOST.matcher(hosts.get(0)).matches()) {
      return Optional.of(Denial.HOST);
    }
    // There can be several of them only where somebody tries something.
    boolean welcome =
        request.getOrDefault("Origin", List.of()).stream()
            .allMatch(origin -> isAllowed(origin, hosts.get(0)));
    return welcome ? Optional.empty() : Optional.of(Denial.ORIGIN);
  }

  /** The same for what tells of runs, or starts them. */
  public Optional<Denial> deniesWithoutToken(Headers request) {
    Optional<Denial> denial = denies(request);
    return denial.isPresent() || hasToken(request) ? denial : Optional.of(Denial.TOKEN);
  }

  private boolean isAllowed(String origin, String host) {
    return switch (origins) {
      case OWN -> origin.equals("http://" + host);
      case OF_THIS_MACHINE -> isOfThisMachine(origin);
    };
  }

  private static boolean isOfThisMachine(String origin) {
    try {
      String host = URI.create(origin).getHost();
      return host != null && OUR_NAMES.contains(host.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private boolean hasToken(Headers request) {
    List<String> given = request.getOrDefault("Authorization", List.of());
    return given.size() == 1
        && given.get(0).regionMatches(true, 0, BEARER, 0, BEARER.length())
        && MessageDigest.isEqual(
            token.get().getBytes(StandardCharsets.UTF_8),
            given.get(0).substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8));
  }
}
