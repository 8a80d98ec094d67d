package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.secret.Redactor;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioChannelOption;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;

/** Listens for shims: for its own children on loopback, or for others as its operator says. */
public final class CoordinatorServer implements AutoCloseable {

  /**
   * They tell of every connection that breaks, or speaks no HTTP/2: a stranger could fill a log.
   * Kept here, since a logger that nobody holds forgets its level.
   */
  private static final List<Logger> TALKATIVE =
      Stream.of("NettyServerTransport", "NettyServerHandler")
          .map(name -> Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty." + name))
          .toList();

  static {
    TALKATIVE.forEach(logger -> logger.setLevel(Level.SEVERE));
  }

  /** Prompts and answers of tens of megabytes, and a bound on what one message can take. */
  private static final int LARGEST_MESSAGE = 64 * 1024 * 1024;

  private static final int WINDOW = 4 * 1024 * 1024;

  /** What a request may carry besides its message. */
  private static final int LARGEST_HEADERS = 8 * 1024;

  private static final int MOST_STREAMS_OF_A_CONNECTION = 100;

  // A peer's system is asked for signs of life, not the shim: a script that computes is alive, and
  // can't answer.
  private static final int KEEPALIVE_SECONDS = 10;
  private static final ChannelOption<Integer> KEEPALIVE_IDLE =
      NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE);
  private static final ChannelOption<Integer> KEEPALIVE_INTERVAL =
      NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL);
  private static final ChannelOption<Integer> KEEPALIVE_COUNT =
      NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT);

  private final EventLoopGroup loop;
  private final Server server;

  private CoordinatorServer(EventLoopGroup loop, Server server) {
    this.loop = loop;
    this.server = server;
  }

  /**
   * Starts on a port of the loopback interface, which is closed with the server.
   *
   * @param service {@link CoordinatorService} or {@link PlanService}
   * @param redactor for the words of errors
   */
  public static CoordinatorServer start(
      ReservedPort port, BindableService service, Tokens tokens, Redactor redactor) {
    // One thread of our own: it does a message's work itself, and it is gone at once when closed.
    EventLoopGroup loop = new NioEventLoopGroup(1, new DefaultThreadFactory("rpc", true));
    NettyServerBuilder builder =
        builder(port.address(), loop)
            .channelFactory(() -> new BoundChannel(port.channel()))
            .intercept(new BearerAuthentication(tokens, new FailedTries(Clock.systemUTC())))
            .intercept(new RedactedErrors(redactor))
            .addService(MalformedMessages.tolerated(service.bindService()));
    return start(builder, loop, port.address());
  }

  /** Listens on a port that is bound already. */
  private static final class BoundChannel extends NioServerSocketChannel {
    private BoundChannel(ServerSocketChannel bound) {
      super(bound);
    }

    @Override
    protected void doBind(SocketAddress localAddress) {}
  }

  /** Starts where others find it; tells of its health without asking for a token. */
  public static CoordinatorServer listen(
      Listening listening, BindableService service, Tokens tokens, Redactor redactor, Clock clock) {
    EventLoopGroup loop = new NioEventLoopGroup(0, new DefaultThreadFactory("rpc", true));
    DeadPeers deadPeers = new DeadPeers();
    deadPeers.lookOn(loop);
    NettyServerBuilder builder =
        builder(listening.address(), loop)
            .channelFactory(deadPeers::listening)
            .maxInboundMetadataSize(LARGEST_HEADERS)
            .maxConcurrentCallsPerConnection(MOST_STREAMS_OF_A_CONNECTION)
            .withChildOption(ChannelOption.SO_KEEPALIVE, true)
            .withChildOption(KEEPALIVE_IDLE, KEEPALIVE_SECONDS)
            .withChildOption(KEEPALIVE_INTERVAL, KEEPALIVE_SECONDS)
            .withChildOption(KEEPALIVE_COUNT, 3)
            .permitKeepAliveTime(KEEPALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(
                ServerInterceptors.intercept(
                    MalformedMessages.tolerated(service.bindService()),
                    new BearerAuthentication(tokens, new FailedTries(clock)),
                    new RedactedErrors(redactor)))
            .addService(new HealthStatusManager().getHealthService());
    try {
      if (listening.tls() != null) {
        builder.sslContext(ServerTls.of(listening.tls(), loop));
      }
      return start(builder, loop, listening.address());
    } catch (RefusedException e) {
      loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      throw e;
    }
  }

  private static NettyServerBuilder builder(InetSocketAddress address, EventLoopGroup loop) {
    return NettyServerBuilder.forAddress(address)
        .channelType(NioServerSocketChannel.class)
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .directExecutor()
        .maxInboundMessageSize(LARGEST_MESSAGE)
        .initialFlowControlWindow(WINDOW);
  }

  private static CoordinatorServer start(
      NettyServerBuilder builder, EventLoopGroup loop, InetSocketAddress address) {
    Server server = builder.build();
    try {
      server.start();
    } catch (IOException e) {
      loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      throw new RefusedException("cannot listen on " + address + ": " + reason(e) + ".", e);
    }
    return new CoordinatorServer(loop, server);
  }

  /** What the system said, below what the library says. */
  private static String reason(IOException e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  public int port() {
    return server.getPort();
  }

  /** Cuts all connections; the runs that are open end as interrupted or cancelled. */
  @Override
  public void close() {
    server.shutdownNow();
    loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
  }
}
