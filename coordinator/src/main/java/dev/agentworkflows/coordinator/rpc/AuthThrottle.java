package dev.agentworkflows.coordinator.rpc;

import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests without a valid token, by the address that they came from. Above a limit an address is
 * not listened to for a while, and the log gets one line instead of thousands. Thread-safe.
 */
final class AuthThrottle {

  private static final int MOST = 20;
  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** An attacker may have many addresses; the memory that they cost is bounded. */
  private static final int MAX_ADDRESSES = 10_000;

  private static final class Tries {
    private Instant since;
    private int count;

    Tries(Instant since) {
      this.since = since;
    }
  }

  private final System.Logger log = System.getLogger(AuthThrottle.class.getName());
  private final Clock clock;
  private final LinkedHashMap<InetAddress, Tries> byAddress = new LinkedHashMap<>();

  AuthThrottle(Clock clock) {
    this.clock = clock;
  }

  /** Whether the address is not listened to at the moment. */
  synchronized boolean tooMany(@Nullable InetAddress from) {
    Tries tries = byAddress.get(from);
    return tries != null && tries.count >= MOST && !isOver(tries);
  }

  /** One more of them. */
  synchronized void add(@Nullable InetAddress from) {
    if (from == null) {
      return;
    }
    Tries tries = byAddress.computeIfAbsent(from, address -> new Tries(clock.instant()));
    if (isOver(tries)) {
      tries.since = clock.instant();
      tries.count = 0;
    }
    tries.count++;
    if (tries.count == 1) {
      log.log(Level.WARNING, "refused a request without a valid token from {0}", text(from));
    } else if (tries.count == MOST) {
      log.log(
          Level.WARNING,
          "refused {0} requests without a valid token from {1}: not listening to it for a minute",
          MOST,
          text(from));
    }
    if (byAddress.size() > MAX_ADDRESSES) {
      Map.Entry<InetAddress, Tries> oldest = byAddress.entrySet().iterator().next();
      byAddress.remove(oldest.getKey());
    }
  }

  private static String text(InetAddress address) {
    return address.getHostAddress();
  }

  private boolean isOver(Tries tries) {
    return Duration.between(tries.since, clock.instant()).compareTo(WINDOW) > 0;
  }
}
