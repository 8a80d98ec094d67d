package dev.agentworkflows.coordinator.web;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.agentworkflows.coordinator.http.LoopbackGuard;
import dev.agentworkflows.coordinator.http.LoopbackGuard.Denial;
import java.io.IOException;
import java.util.Optional;

/** Who may ask the web view for what, and what a browser may do with the answer. */
final class RequestFilter extends Filter {

  /** Markup is inserted by our own script alone, through a policy that it names. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types fragments";

  private final LoopbackGuard guard;

  RequestFilter(String token) {
    this.guard = new LoopbackGuard(() -> token, LoopbackGuard.Origins.OWN);
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
    Headers asked = exchange.getRequestHeaders();
    boolean needsToken = exchange.getRequestURI().getPath().startsWith("/api/");
    Optional<Denial> denial = needsToken ? guard.deniesWithoutToken(asked) : guard.denies(asked);
    if (denial.isEmpty()) {
      chain.doFilter(exchange);
    } else if (denial.get() == Denial.TOKEN) {
      HttpResponses.refuse(exchange, 401, "The token is missing or wrong.");
    } else {
      HttpResponses.refuse(exchange, 403, "This page is for 127.0.0.1 alone.");
    }
  }
}
