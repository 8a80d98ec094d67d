package dev.agentworkflows.coordinator.rpc;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What listens, and tells of the connections that it accepts before anything is read of them. */
final class ListeningChannel extends NioServerSocketChannel {

  private final BiConsumer<Channel, EventLoop> onAccepted;
  private final boolean isBound;
  private boolean inTrouble;

  private ListeningChannel(BiConsumer<Channel, EventLoop> onAccepted) {
    this.onAccepted = onAccepted;
    this.isBound = false;
  }

  private ListeningChannel(ServerSocketChannel bound, BiConsumer<Channel, EventLoop> onAccepted) {
    super(bound);
    this.onAccepted = onAccepted;
    this.isBound = true;
  }

  /**
   * @param bound a port that listens already; null for one that is to be bound
   */
  static ListeningChannel of(
      @Nullable ServerSocketChannel bound, BiConsumer<Channel, EventLoop> onAccepted) {
    return bound == null
        ? new ListeningChannel(onAccepted)
        : new ListeningChannel(bound, onAccepted);
  }

  @Override
  protected void doBind(SocketAddress localAddress) throws Exception {
    if (!isBound) {
      super.doBind(localAddress);
    }
  }

  /** Netty tries again after a second when the system has no descriptor left. */
  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int count;
    try {
      count = super.doReadMessages(accepted);
    } catch (IOException e) {
      if (!inTrouble) {
        inTrouble = true;
        System.getLogger(ListeningChannel.class.getName())
            .log(System.Logger.Level.WARNING, "connections can't be accepted: {0}", e.getMessage());
      }
      throw e;
    }
    inTrouble &= count == 0;
    for (Object one : accepted) {
      if (one instanceof Channel connection) {
        onAccepted.accept(connection, eventLoop());
      }
    }
    return count;
  }
}
