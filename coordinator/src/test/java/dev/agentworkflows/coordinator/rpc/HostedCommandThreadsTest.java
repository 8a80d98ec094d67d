package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.proto.v1.CommandOutput;
import dev.agentworkflows.proto.v1.CommandRequest;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.store.RunRecord;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commands of remote users, which wait for something or print without end. */
@Timeout(60)
class HostedCommandThreadsTest {

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Server server;
  private @Nullable ManagedChannel channel;

  @AfterEach
  void close() {
    if (channel != null) {
      channel.shutdownNow();
    }
    if (server != null) {
      server.shutdownNow();
    }
  }

  /** Serves commands that {@code work} carries out. */
  private void serve(Duration longest, Work work) throws IOException {
    HostedCommandThreads threads = new HostedCommandThreads(new Commands(work), longest);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(
                new CoordinatorGrpc.CoordinatorImplBase() {
                  @Override
                  public void command(
                      CommandRequest request, StreamObserver<CommandOutput> replies) {
                    threads.begin(request, (ServerCallStreamObserver<CommandOutput>) replies);
                  }
                })
            .build()
            .start();
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
  }

  private interface Work {
    int carryOut(PrintStream out) throws InterruptedException;
  }

  private final class Commands implements HostedRuns {
    private final Work work;

    Commands(Work work) {
      this.work = work;
    }

    @Override
    public int command(
        List<String> arguments, @Nullable Integer columns, OutputStream out, OutputStream err) {
      begun.countDown();
      try {
        return work.carryOut(new PrintStream(out, true));
      } catch (InterruptedException e) {
        return 1;
      } finally {
        ended.countDown();
      }
    }

    @Override
    public RunOptions options(RequestedRun requested, LoadedScript script) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Closing closing(RunRecord run) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> progress(LiveRunStats tally) {
      return Optional.empty();
    }
  }

  private static final class Client
      implements ClientResponseObserver<CommandRequest, CommandOutput> {
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final CompletableFuture<ClientCallStreamObserver<CommandRequest>> call =
        new CompletableFuture<>();

    @Override
    public void beforeStart(ClientCallStreamObserver<CommandRequest> stream) {
      call.complete(stream);
    }

    void leave() {
      call.join().cancel("enough", null);
    }

    @Override
    public void onNext(CommandOutput value) {}

    @Override
    public void onError(Throwable failure) {
      end.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end.complete(Status.OK);
    }
  }

  private Client ask() {
    Client client = new Client();
    CoordinatorGrpc.newStub(channel).command(CommandRequest.getDefaultInstance(), client);
    return client;
  }

  private static int waitForever(PrintStream out) throws InterruptedException {
    new CountDownLatch(1).await();
    return 0;
  }

  private static int printForever(PrintStream out) {
    while (true) {
      out.println("more");
    }
  }

  private void assertEnds() throws InterruptedException {
    assertThat(ended.await(20, TimeUnit.SECONDS)).as("the command has ended").isTrue();
  }

  @Test
  void aCommandEndsWhenItsClientLeaves() throws Exception {
    for (Work work : List.<Work>of(HostedCommandThreadsTest::waitForever)) {
      serve(Duration.ofMinutes(1), work);
      Client client = ask();
      assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
      client.leave();
      assertEnds();
    }
  }

  @Test
  void aCommandThatPrintsEndsWhenItsClientLeaves() throws Exception {
    serve(Duration.ofMinutes(1), HostedCommandThreadsTest::printForever);
    Client client = ask();
    assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    client.leave();
    assertEnds();
  }

  @Test
  void aCommandThatTakesTooLongIsEndedAndItsClientTold() throws Exception {
    serve(Duration.ofMillis(300), HostedCommandThreadsTest::waitForever);
    assertThat(ask().end.get(20, TimeUnit.SECONDS).getCode())
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertEnds();
  }

  @Test
  void soManyCommandsAreCarriedOutAtOnce() throws Exception {
    serve(Duration.ofMinutes(1), HostedCommandThreadsTest::waitForever);
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(ask());
    }
    CompletableFuture<?> first =
        CompletableFuture.anyOf(
            clients.stream().map(client -> client.end).toArray(CompletableFuture<?>[]::new));
    assertThat(((Status) first.get(20, TimeUnit.SECONDS)).getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    clients.forEach(Client::leave);
  }

  @Test
  void anErrorEndsTheCommandAlone() throws Exception {
    serve(
        Duration.ofMinutes(1),
        out -> {
          throw new StackOverflowError();
        });
    assertThat(ask().end.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(ask().end.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.INTERNAL);
  }
}
