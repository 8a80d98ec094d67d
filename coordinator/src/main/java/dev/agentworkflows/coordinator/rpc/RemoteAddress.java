package dev.agentworkflows.coordinator.rpc;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A remote coordinator, and what lets us in.
 *
 * @param tls whether to speak TLS
 * @param ca whose certificates are trusted, PEM; null for the system's
 * @param clientCertificate what we show of ourselves, PEM; null for nothing
 * @param token the operator's
 */
public record RemoteAddress(
    String host,
    int port,
    boolean tls,
    @Nullable Path ca,
    @Nullable Path clientCertificate,
    @Nullable Path clientKey,
    String token) {

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
