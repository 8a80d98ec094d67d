package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.Steadily;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a coordinator, bounded before anybody is known. Who does not show a valid
 * token in time is cut off, and earlier where many are that have not: the one that has been silent
 * longest gives its place to the newcomer, so that whoever has a token gets in however many wait
 * for nothing. Thread-safe.
 */
final class Connections {

  /**
   * How many there may be.
   *
   * @param unknown of those that have shown no token yet
   * @param all with and without
   * @param ofARun with the token of one run
   * @param patience how long one may go without a token
   */
  record Limits(int unknown, int all, int ofARun, Duration patience) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * Of a coordinator that serves one script of this machine's. Hundreds of child runs may come at
     * once; a quarter of the usual 1,024 descriptors, and no look at how many there are, which
     * would be part of every start. A script's first words may take long on a machine that is busy;
     * silent connections give their places to newcomers all the same.
     */
    static final Limits PRIVATE =
        new Limits(256, Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ofSeconds(60));

    /** Half of a process's descriptors for connections; the rest is for files and programs. */
    static Limits shared(int descriptors) {
      int all = Math.max(64, descriptors / 2);
      return new Limits(
          Math.min(512, Math.max(32, all / 4)),
          all,
          Math.min(1_000, Math.max(16, all / 8)),
          PATIENCE);
    }
  }

  /** Of floods the log gets one line in this time. */
  private static final long QUIET_NANOS = TimeUnit.HOURS.toNanos(1);

  private static final class Connection {
    private final Channel channel;
    private final @Nullable InetAddress from;
    private @Nullable Object owner;

    Connection(Channel channel, @Nullable InetAddress from) {
      this.channel = channel;
      this.from = from;
    }
  }

  private final System.Logger log = System.getLogger(Connections.class.getName());
  private final Limits limits;
  private final Map<SocketAddress, Connection> all = new HashMap<>();

  /** In the order in which they came. */
  private final LinkedHashMap<SocketAddress, Connection> unknown = new LinkedHashMap<>();

  private final Map<Object, Integer> byOwner = new HashMap<>();
  private long loggedNanos;
  private boolean logged;

  Connections(Limits limits) {
    this.limits = limits;
  }

  /** A connection has come, and nobody knows whose. */
  void accepted(Channel channel, EventLoop timer) {
    SocketAddress peer = channel.remoteAddress();
    if (peer == null) {
      return; // It is gone already.
    }
    Connection connection =
        new Connection(
            channel, peer instanceof InetSocketAddress address ? address.getAddress() : null);
    Connection gives = null;
    synchronized (this) {
      if (all.size() >= limits.all()) {
        gives = connection;
      } else {
        gives = unknown.size() < limits.unknown() ? null : longestUnknown(connection.from);
        all.put(peer, connection);
        unknown.put(peer, connection);
      }
      if (gives != null) {
        unknown.values().remove(gives);
        logOnce();
      }
    }
    if (gives != null) {
      drop(gives.channel);
    }
    if (gives != connection) {
      var expiry =
          timer.schedule(
              Steadily.doing("silent connections", () -> expire(peer, connection)),
              limits.patience().toMillis(),
              TimeUnit.MILLISECONDS);
      channel
          .closeFuture()
          .addListener(closed -> {
            // Else it would keep all that a connection is made of for as long as it waits.
            expiry.cancel(false);
            closed(peer, connection);
          });
    }
  }

  /** Of the same address where that has more than its share, else of all. */
  private @Nullable Connection longestUnknown(@Nullable InetAddress from) {
    Connection oldest = null;
    Connection oldestOfAddress = null;
    int ofAddress = 0;
    for (Connection each : unknown.values()) {
      oldest = oldest == null ? each : oldest;
      if (from != null && from.equals(each.from)) {
        ofAddress++;
        oldestOfAddress = oldestOfAddress == null ? each : oldestOfAddress;
      }
    }
    return ofAddress > limits.unknown() / 2 ? oldestOfAddress : oldest;
  }

  private synchronized void closed(SocketAddress peer, Connection connection) {
    all.remove(peer, connection);
    unknown.remove(peer, connection);
    if (connection.owner != null) {
      byOwner.computeIfPresent(connection.owner, (one, count) -> count == 1 ? null : count - 1);
    }
  }

  private void expire(SocketAddress peer, Connection connection) {
    boolean silent;
    synchronized (this) {
      silent = unknown.remove(peer, connection);
    }
    if (silent) {
      drop(connection.channel);
    }
  }

  /**
   * A valid token came on a connection.
   *
   * @param owner the launch whose token it is; null for the operator's
   * @return false when the owner has too many connections
   */
  synchronized boolean known(@Nullable SocketAddress peer, @Nullable Object owner) {
    Connection connection = peer == null ? null : unknown.get(peer);
    if (connection == null) {
      return true;
    }
    if (owner != null) {
      int count = byOwner.getOrDefault(owner, 0);
      if (count >= limits.ofARun()) {
        return false;
      }
      byOwner.put(owner, count + 1);
      connection.owner = owner;
    }
    unknown.remove(peer);
    return true;
  }

  private void logOnce() {
    long now = System.nanoTime();
    if (!logged || now - loggedNanos > QUIET_NANOS) {
      logged = true;
      loggedNanos = now;
      log.log(
          Level.WARNING,
          "too many connections without a valid token: the oldest are closed to make place"
              + " (more of this is not told for an hour)");
    }
  }

  /** Past the handlers, which would say goodbye and wait for an answer. */
  static void drop(Channel connection) {
    ChannelHandlerContext first = connection.pipeline().firstContext();
    if (first == null) {
      connection.unsafe().closeForcibly();
    } else {
      connection.config().setOption(ChannelOption.SO_LINGER, 0);
      var unused = first.close();
    }
  }
}
