package dev.agentworkflows.coordinator.rpc;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunFiles;
import dev.agentworkflows.coordinator.approval.Approvals;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.call.CallPipeline;
import dev.agentworkflows.coordinator.call.SharedLimits;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.run.LiveRunStats;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.run.RunRecords;
import dev.agentworkflows.coordinator.run.Runs;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.testing.TestHome;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.Store;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** A coordinator that others join, in the test's own process, over real connections. */
final class SharedCoordinator implements AutoCloseable {

  static final String OPERATOR = "operator-token-0123456789";

  private final Path directory;
  private final Store store;
  private final CallPipeline pipeline;
  private final RemoteSessions sessions;
  private final CoordinatorServer server;
  private final ManagedChannel channel;

  SharedCoordinator(Path directory, RemoteSessions.Limits limits) {
    this(directory, limits, Connections.Limits.shared(Descriptors.limit()));
  }

  SharedCoordinator(
      Path directory, RemoteSessions.Limits limits, Connections.Limits connectionLimits) {
    this.directory = directory;
    WorkflowHome home = TestHome.at(directory);
    store = Store.open(home.database());
    Providers providers = Providers.of(ServiceLoader.load(AdapterFactory.class), Map.of());
    Redactor redactor = providers.redactor();
    Clock clock = Clock.systemUTC();
    pipeline =
        new CallPipeline(
            store,
            providers,
            Prices.of(Map.of("HOME", directory.toString())),
            new Worktrees(Map.of(), AllowedWorkspaces.any(), directory),
            redactor,
            new SharedLimits(clock),
            clock,
            new Random(1));
    RunRecords records =
        new RunRecords(home.directory(), providers, redactor, "me", clock, new Random(2));
    Runs runs =
        new Runs(
            store,
            records,
            pipeline,
            new Approvals(store, redactor, clock),
            new RunFiles(store),
            redactor,
            clock);
    Tokens tokens = Tokens.withOperator(() -> OPERATOR);
    sessions = new RemoteSessions(runs, new PlainHosting(), tokens, limits);
    server =
        CoordinatorServer.listen(
            new Listening(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null),
            CoordinatorService.shared(
                runs, new OpenHome(home, store, Map.of(), clock, () -> redactor), sessions),
            tokens,
            redactor,
            clock,
            connectionLimits);
    channel = newChannel();
  }

  Store store() {
    return store;
  }

  ManagedChannel channel() {
    return channel;
  }

  /** Another connection; whoever asks ends it. */
  ManagedChannel newChannel() {
    return NettyChannelBuilder.forTarget("127.0.0.1:" + server.port()).usePlaintext().build();
  }

  int port() {
    return server.port();
  }

  void stop(Duration patience) {
    sessions.stop(patience);
  }

  @Override
  public void close() {
    // Nobody writes into the test's directory any more.
    sessions.stop(Duration.ofSeconds(10));
    channel.shutdownNow();
    server.close();
    sessions.close();
    pipeline.close();
    store.close();
  }

  private final class PlainHosting implements HostedRuns {
    @Override
    public RunOptions options(RequestedRun requested, LoadedScript script) {
      if (requested.provider() != null) {
        throw new RefusedException("no such provider: " + requested.provider());
      }
      return new RunOptions(
          "{}",
          "fake",
          null,
          BudgetLimits.NONE,
          CachePolicy.AUTO,
          directory,
          Duration.ofSeconds(30),
          RunOptions.DEFAULT_WAIT_FOR_LIMITS,
          requested.approved(),
          null,
          1);
    }

    @Override
    public Closing closing(RunRecord run) {
      return new Closing("lines of " + run.id(), "{}", "", 0);
    }

    @Override
    public Optional<String> progress(LiveRunStats tally) {
      return Optional.empty(); // Tests count messages.
    }

    @Override
    public int command(
        List<String> arguments, @Nullable Integer columns, OutputStream out, OutputStream err) {
      try {
        out.write(("ran " + arguments).getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        return 1;
      }
      return 7;
    }
  }
}
