package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.run.RunHandle;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who may speak to the coordinator: each launch has a token of its own. Thread-safe. */
public final class Tokens {

  private static final int TOKEN_BYTES = 32;

  private record Grant(byte[] token, RunHandle launch) {}

  private final SecureRandom random = new SecureRandom();
  private final List<Grant> grants = new CopyOnWriteArrayList<>();
  private final @Nullable Supplier<String> operator;

  private Tokens(@Nullable Supplier<String> operator) {
    this.operator = operator;
  }

  /** Of a coordinator that its own shims alone may speak to. */
  public static Tokens withoutOperator() {
    return new Tokens(null);
  }

  /**
   * Of a coordinator that has an operator.
   *
   * @param operator his token as it is now; asked at each request
   */
  public static Tokens withOperator(Supplier<String> operator) {
    return new Tokens(operator);
  }

  /** A fresh secret of 256 bits, in hexadecimal digits. */
  public static String newToken(SecureRandom random) {
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** A new token that lets its bearer act for this launch alone, until the launch has ended. */
  public String grant(RunHandle launch) {
    String token = newToken(random);
    grants.add(new Grant(token.getBytes(StandardCharsets.US_ASCII), launch));
    return token;
  }

  /** The token that was granted to this launch, or a new one. */
  String tokenOf(RunHandle launch) {
    for (Grant grant : grants) {
      if (grant.launch() == launch) {
        return new String(grant.token(), StandardCharsets.US_ASCII);
      }
    }
    return grant(launch);
  }

  /** The launch's token is good for nothing from here on. */
  void revoke(RunHandle launch) {
    grants.removeIf(grant -> grant.launch() == launch);
  }

  /** Who bears this token; comparison takes the same time for each that it may be. */
  Optional<Caller> callerOf(String token) {
    byte[] offered = token.getBytes(StandardCharsets.UTF_8);
    Caller found = null;
    for (Grant grant : grants) {
      if (MessageDigest.isEqual(grant.token(), offered)) {
        found = new Caller.Shim(grant.launch());
      }
    }
    if (operator != null
        && MessageDigest.isEqual(operator.get().getBytes(StandardCharsets.UTF_8), offered)) {
      found = new Caller.Operator();
    }
    return Optional.ofNullable(found);
  }
}
