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
 * Closes connections whose other end is gone without a word while something is on its way there.
 * TCP's keepalive asks only where nothing is on its way; what is, the system sends again for a
 * quarter of an hour. A PING would be answered by a shim's event loop, which a script may block for
 * an hour; the acknowledgements of TCP come from its system all the same, so it is these that are
 * looked for. Linux alone tells of them; elsewhere the system's own patience holds.
 */
final class DeadPeers {

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

  private static final long LOOK_EVERY_SECONDS = 10;

  /** So many looks one after the other find nothing acknowledged: half a minute at least. */
  private static final int LOOKS = 4;

  /** Connections that are open, and how many looks have found them unanswered. */
  private final Map<Channel, Integer> unanswered = new ConcurrentHashMap<>();

  /** A connection has come. */
  void watch(Channel connection) {
    if (unanswered.putIfAbsent(connection, 0) == null) {
      connection.closeFuture().addListener(closed -> unanswered.remove(connection));
    }
  }

  /** Looks again and again, until the loop ends. */
  void watch(EventLoopGroup loop) {
    if (Files.isReadable(TABLES.get(0))) {
      var unused =
          loop.scheduleWithFixedDelay(
              Steadily.doing("dead peers", this::look),
              LOOK_EVERY_SECONDS,
              LOOK_EVERY_SECONDS,
              TimeUnit.SECONDS);
    }
  }

  private void look() {
    if (unanswered.isEmpty()) {
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
    for (Channel connection : List.copyOf(unanswered.keySet())) {
      boolean isSilent =
          connection.remoteAddress() instanceof InetSocketAddress peer && silent.contains(peer);
      Integer looks = unanswered.computeIfPresent(connection, (c, n) -> isSilent ? n + 1 : 0);
      if (looks != null && looks >= LOOKS) {
        Connections.drop(connection);
      }
    }
  }
}
