package dev.agentworkflows.coordinator.rpc;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a shared coordinator listens, and behind what.
 *
 * @param tls null for plain connections, which nobody but this machine may make
 */
public record Listening(InetSocketAddress address, @Nullable Tls tls) {

  /**
   * Files in PEM format; read again when they change.
   *
   * @param clientCa who signs the certificates that clients must show; null when they need none
   */
  public record Tls(Path certificate, Path key, @Nullable Path clientCa) {}
}
