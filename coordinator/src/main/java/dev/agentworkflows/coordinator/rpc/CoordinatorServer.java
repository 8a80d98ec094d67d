package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.QuietLoggers;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.ServerRefusal;
import dev.agentworkflows.coordinator.app.script.ScriptChannel;
import dev.agentworkflows.coordinator.secret.Redactor;
import io.grpc.BindableService;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioChannelOption;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import jdk.net.ExtendedSocketOptions;

/** Listens for shims: for its own children on loopback, or for others as its operator says. */
public final class CoordinatorServer implements ScriptChannel.Serving {

  static {
    // They tell of every connection that breaks, or speaks no HTTP/2: a stranger could fill a log.
    QuietLoggers.set(
        Level.SEVERE,
        "io.grpc.netty.shaded.io.grpc.netty.NettyServerTransport",
        "io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");
  }

  /** Prompts and answers of tens of megabytes, and a bound on what one message can take. */
  private static final int MAX_MESSAGE = 64 * 1024 * 1024;

  /**
   * How many connections may wait to be accepted: each child run is one, and a script may start a
   * thousand at once. The system takes what it allows ({@code net.core.somaxconn}).
   */
  static final int MAX_WAITING_CONNECTIONS = 4096;

  private static final int WINDOW = 4 * 1024 * 1024;

  /** What a request may carry besides its message. */
  private static final int MAX_HEADERS = 8 * 1024;

  /** Connections that carry nothing any more, of whomever. */
  private static final int MAX_IDLE_MINUTES = 10;

  private static final int MAX_STREAMS_OF_A_CONNECTION = 100;

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
    Connections connections = new Connections(Connections.Limits.PRIVATE);
    NettyServerBuilder builder =
        builder(port.address(), loop)
            .channelFactory(() -> ListeningChannel.of(port.channel(), connections::accepted))
            .intercept(
                new BearerAuthentication(tokens, new AuthThrottle(Clock.systemUTC()), connections))
            .intercept(new RedactedErrors(redactor))
            .addService(MalformedMessages.tolerated(service.bindService()));
    return start(builder, loop, port.address());
  }

  /** Starts where others find it; tells of its health without asking for a token. */
  public static CoordinatorServer listen(
      Listening listening, BindableService service, Tokens tokens, Redactor redactor, Clock clock) {
    return listen(
        listening,
        service,
        tokens,
        redactor,
        clock,
        Connections.Limits.shared(Descriptors.limit()));
  }

  static CoordinatorServer listen(
      Listening listening,
      BindableService service,
      Tokens tokens,
      Redactor redactor,
      Clock clock,
      Connections.Limits limits) {
    EventLoopGroup loop = new NioEventLoopGroup(0, new DefaultThreadFactory("rpc", true));
    SilentConnections silentConnections = new SilentConnections();
    silentConnections.watch(loop);
    Connections connections = new Connections(limits);
    NettyServerBuilder builder =
        builder(listening.address(), loop)
            .channelFactory(() ->
                ListeningChannel.of(
                    null,
                    (connection, timer) -> {
                      silentConnections.watch(connection);
                      connections.accepted(connection, timer);
                    }))
            .maxConnectionIdle(MAX_IDLE_MINUTES, TimeUnit.MINUTES)
            .addStreamTracerFactory(ArrivingBytes.ofThisProcess())
            .maxConcurrentCallsPerConnection(MAX_STREAMS_OF_A_CONNECTION)
            .withChildOption(ChannelOption.SO_KEEPALIVE, true)
            .withChildOption(KEEPALIVE_IDLE, KEEPALIVE_SECONDS)
            .withChildOption(KEEPALIVE_INTERVAL, KEEPALIVE_SECONDS)
            .withChildOption(KEEPALIVE_COUNT, 3)
            .permitKeepAliveTime(KEEPALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .addService(
                ServerInterceptors.intercept(
                    MalformedMessages.tolerated(service.bindService()),
                    new BearerAuthentication(tokens, new AuthThrottle(clock), connections),
                    new RedactedErrors(redactor)))
            .addService(HealthCheck.service());
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
        .withOption(ChannelOption.SO_BACKLOG, MAX_WAITING_CONNECTIONS)
        .maxInboundMessageSize(MAX_MESSAGE)
        // A small message must not become a large one.
        .decompressorRegistry(DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false))
        .maxInboundMetadataSize(MAX_HEADERS)
        .initialFlowControlWindow(WINDOW);
  }

  private static CoordinatorServer start(
      NettyServerBuilder builder, EventLoopGroup loop, InetSocketAddress address) {
    Server server = builder.build();
    try {
      server.start();
    } catch (IOException e) {
      loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      throw new RefusedException(
          new ServerRefusal.CannotListen(
              ServerRefusal.Server.COORDINATOR, address.toString(), reason(e)),
          e);
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
