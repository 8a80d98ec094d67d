package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.Steadily;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Closes connections whose peer acknowledges nothing any more while data is under way to it. TCP's
 * keepalive probes idle connections only; data under way is sent again for a quarter of an hour. A
 * PING would be answered by a shim's event loop, which a script may block for an hour; TCP's
 * acknowledgements come from its system all the same, so it is these that are checked. Only Linux
 * shows them; on other systems their own timeouts hold.
 */
final class SilentConnections {

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

  private static final long CHECK_INTERVAL_SECONDS = 10;

  /** After so many checks in a row that find nothing acknowledged: half a minute at least. */
  private static final int MAX_SILENT_CHECKS = 4;

  /** Connections that are open, and how many checks in a row found them silent. */
  private final Map<Channel, Integer> silentChecks = new ConcurrentHashMap<>();

  /** A connection was opened. */
  void watch(Channel connection) {
    if (silentChecks.putIfAbsent(connection, 0) == null) {
      connection.closeFuture().addListener(closed -> silentChecks.remove(connection));
    }
  }

  /** Checks at intervals, until the loop ends. */
  void watch(EventLoopGroup loop) {
    if (Files.isReadable(TABLES.get(0))) {
      var unused =
          loop.scheduleWithFixedDelay(
              Steadily.doing("silent connections", this::check),
              CHECK_INTERVAL_SECONDS,
              CHECK_INTERVAL_SECONDS,
              TimeUnit.SECONDS);
    }
  }

  private void check() {
    if (silentChecks.isEmpty()) {
      return;
    }
    Set<InetSocketAddress> silent = new HashSet<>();
    for (Path table : TABLES) {
      try {
        Files.readString(table, StandardCharsets.US_ASCII)
            .lines()
            .forEach(line -> SocketLine.silentPeer(line).ifPresent(silent::add));
      } catch (IOException e) {
        // A system without IPv6 has one table.
      }
    }
    for (Channel connection : List.copyOf(silentChecks.keySet())) {
      boolean isSilent =
          connection.remoteAddress() instanceof InetSocketAddress peer && silent.contains(peer);
      Integer checks = silentChecks.computeIfPresent(connection, (c, n) -> isSilent ? n + 1 : 0);
      if (checks != null && checks >= MAX_SILENT_CHECKS) {
        Connections.drop(connection);
      }
    }
  }
}
