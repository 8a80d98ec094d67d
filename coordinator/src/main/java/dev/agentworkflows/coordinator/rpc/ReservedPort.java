package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ServerRefusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/**
 * A free port of the loopback interface on which a {@link CoordinatorServer} is about to listen.
 * Who connects before is kept waiting by the system, and refused when no server comes.
 */
public final class ReservedPort implements AutoCloseable {

  private static final int BACKLOG = 1_024;

  private final ServerSocketChannel channel;
  private final InetSocketAddress address;

  private ReservedPort(ServerSocketChannel channel, InetSocketAddress address) {
    this.channel = channel;
    this.address = address;
  }

  public static ReservedPort onLoopback() {
    try {
      ServerSocketChannel channel = ServerSocketChannel.open();
      // Who connects before the server is there waits in this queue.
      channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
      return new ReservedPort(channel, (InetSocketAddress) channel.getLocalAddress());
    } catch (IOException e) {
      throw new RefusedException(
          new ServerRefusal.CannotListen(
              ServerRefusal.Server.COORDINATOR, "loopback", e.getMessage()),
          e);
    }
  }

  /** Where shims on this machine find it: {@code HOST:PORT}. */
  public String hostAndPort() {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  InetSocketAddress address() {
    return address;
  }

  ServerSocketChannel channel() {
    return channel;
  }

  /** Gives the port back; does nothing when a server has been closed that listened there. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger(ReservedPort.class.getName())
          .log(System.Logger.Level.DEBUG, "a port could not be given back", e);
    }
  }
}
