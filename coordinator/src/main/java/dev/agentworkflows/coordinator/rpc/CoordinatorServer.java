package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.secret.Redactor;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** Listens for shims, on loopback. */
public final class CoordinatorServer implements AutoCloseable {

  /** Prompts and answers of tens of megabytes, and a bound on what one message can take. */
  private static final int LARGEST_MESSAGE = 64 * 1024 * 1024;

  private static final int WINDOW = 4 * 1024 * 1024;

  private final EventLoopGroup loop;
  private final Server server;

  private CoordinatorServer(EventLoopGroup loop, Server server) {
    this.loop = loop;
    this.server = server;
  }

  /**
   * Starts on a free port of the loopback interface.
   *
   * @param service {@link CoordinatorService} or {@link PlanService}
   * @param redactor for the words of errors
   */
  public static CoordinatorServer start(BindableService service, Tokens tokens, Redactor redactor) {
    // One thread of our own: it does a message's work itself, and it is gone at once when closed.
    EventLoopGroup loop = new NioEventLoopGroup(1, new DefaultThreadFactory("rpc", true));
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Server server =
        NettyServerBuilder.forAddress(address)
            .channelType(NioServerSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .directExecutor()
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .initialFlowControlWindow(WINDOW)
            .intercept(new BearerAuthentication(tokens))
            .intercept(new RedactedErrors(redactor))
            .addService(service)
            .build();
    try {
      server.start();
    } catch (IOException e) {
      loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
      throw new RefusedException("cannot listen on " + address + ": " + e.getMessage() + ".", e);
    }
    return new CoordinatorServer(loop, server);
  }

  /** Where shims find it: {@code HOST:PORT}. */
  public String address() {
    return InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getPort();
  }

  /** Cuts all connections; the runs that are open end as interrupted or cancelled. */
  @Override
  public void close() {
    server.shutdownNow();
    loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
  }
}
