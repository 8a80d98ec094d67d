import dev.agentworkflows.proto.v1.CallDone;
import dev.agentworkflows.proto.v1.CallResult;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.StartCall;
import dev.agentworkflows.proto.v1.ToShim;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The floor of a call: a bare grpc-java server, set up as the coordinator's, that answers each
 * {@code StartCall} at once with its prompt. Prints its port, and ends with its standard input.
 */
final class EchoServer extends CoordinatorGrpc.CoordinatorImplBase {

  private static final int WINDOW = 4 * 1024 * 1024;

  private EchoServer() {}

  // The event loop's successor is not in every netty that the jar may carry.
  @SuppressWarnings("deprecation")
  public static void main(String[] args) throws IOException {
    System.setProperty("io.grpc.netty.shaded.io.netty.noUnsafe", "true");
    EventLoopGroup loop = new NioEventLoopGroup(1);
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .channelType(NioServerSocketChannel.class)
            .bossEventLoopGroup(loop)
            .workerEventLoopGroup(loop)
            .directExecutor()
            .initialFlowControlWindow(WINDOW)
            .addService(new EchoServer())
            .build()
            .start();
    System.out.println(server.getPort());
    while (System.in.read() >= 0) {
      // Only the end of it matters.
    }
    Runtime.getRuntime().halt(0);
  }

  @Override
  public StreamObserver<FromShim> run(StreamObserver<ToShim> replies) {
    return new StreamObserver<>() {
      @Override
      public void onNext(FromShim message) {
        replies.onNext(echo(message.getStartCall()));
      }

      @Override
      public void onError(Throwable error) {}

      @Override
      public void onCompleted() {
        replies.onCompleted();
      }
    };
  }

  private static ToShim echo(StartCall call) {
    CallResult.Builder result =
        CallResult.newBuilder()
            .setCallId("echo")
            .setStatus("done")
            .setText(call.getPrompt())
            .setProvider("echo")
            .setCacheStatus("miss")
            .setIsolation("none");
    return ToShim.newBuilder()
        .setCallDone(CallDone.newBuilder().setCallRef(call.getCallRef()).setResult(result))
        .build();
  }
}
