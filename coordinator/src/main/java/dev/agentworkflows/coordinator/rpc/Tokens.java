package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.run.Launch;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who may speak to the coordinator: each launch has a token of its own. Thread-safe. */
public final class Tokens {

  private static final int TOKEN_BYTES = 32;

  private record Grant(byte[] token, Launch launch) {}

  private final SecureRandom random = new SecureRandom();
  private final List<Grant> grants = new CopyOnWriteArrayList<>();

  /** A new token that lets its bearer act for this launch alone. */
  public String grant(Launch launch) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String token = HexFormat.of().formatHex(bytes);
    grants.add(new Grant(token.getBytes(StandardCharsets.US_ASCII), launch));
    return token;
  }

  /** The launch that the bearer of this token acts for; comparison takes the same time for each. */
  Optional<Launch> launchOf(String token) {
    byte[] offered = token.getBytes(StandardCharsets.UTF_8);
    Launch found = null;
    for (Grant grant : grants) {
      if (MessageDigest.isEqual(grant.token(), offered)) {
        found = grant.launch();
      }
    }
    return Optional.ofNullable(found);
  }
}
