package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.proto.v1.AskApproval;
import dev.agentworkflows.proto.v1.CloseRun;
import dev.agentworkflows.proto.v1.CommandOutput;
import dev.agentworkflows.proto.v1.CommandRequest;
import dev.agentworkflows.proto.v1.CoordinatorGrpc;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.ToShim;
import dev.agentworkflows.testkit.Generated;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody with a token who wants to harm others. {@code -Dseed=N} repeats, {@code -Dscale=N} takes
 * so many seeds, one after the other.
 */
@Timeout(3_000)
@Tag("slow")
class HostileClientTest {

  private static final Duration DRIVING = Duration.ofSeconds(60);
  private static final long SEED = Generated.seed();

  /** How many, one after the other, on one coordinator. */
  private static final int SEEDS = Generated.count(1);

  private static final String OPERATOR = "operator-token-0123456789";
  private static final String PLANTED = "planted-secret-9876543210";

  /** A run of somebody else's is opened, asked and answered in this time, whatever goes on. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory;

  private final AtomicInteger arrivedAtListener = new AtomicInteger();
  private ServerSocket listener;
  private Path planted;
  private TargetProcess target;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "counts threads as Linux tells them");
    planted = directory.resolve("planted");
    Files.createFile(
        planted,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(planted, PLANTED + "\n");
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread listening = new Thread(this::listen, "planted listener");
    listening.setDaemon(true);
    listening.start();
    target = TargetProcess.start(directory, OPERATOR);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", target.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() throws IOException {
    if (target != null) {
      channel.shutdownNow();
      target.close();
      listener.close();
    }
  }

  private void listen() {
    while (!listener.isClosed()) {
      try (Socket connection = listener.accept()) {
        arrivedAtListener.incrementAndGet();
      } catch (IOException e) {
        return;
      }
    }
  }

  /** What a command may be made of: the ways to name hosts and files, and what is allowed. */
  private List<String> words() {
    String host = "127.0.0.1:" + listener.getLocalPort();
    List<String> words = new ArrayList<>(List.of("status", "runs", "calls", "report", "diff"));
    words.addAll(List.of("approve", "cancel", "cat", "events", "prices", "providers", "usage"));
    words.addAll(List.of("latest", "--json", "--limit", "5", "--html", "--stdout", "--follow"));
    for (String option :
        List.of("--coordinator", "--token-file", "--ca", "--client-cert", "--client-key")) {
      words.add(option);
      words.add(option + "=" + host);
      words.add(option + "=" + planted);
    }
    words.addAll(List.of("--tls", host, planted.toString(), "@" + planted, "--", "-h", "--url"));
    words.addAll(List.of("http://" + host + "/", "--refresh", "--home", "--out", "--adapters"));
    words.addAll(List.of("run", "serve", "mcp", "ui", "export", "gc", "apply", "init", ""));
    return words;
  }

  @Test
  void aHostileClientHarmsNoOtherRun() throws Exception {
    ShimStream victim = ShimStream.open(channel, OPERATOR);
    String victimId = victim.send(ShimStream.openRun(1)).next().getRunOpened().getRunId();
    for (int i = 0; i < 20; i++) {
      assertHealthy();
    }
    // As much is loaded and pooled as it takes to be attacked; what comes on top must go again.
    drive(new Random(SEED ^ 1), Duration.ofSeconds(5), victim, 0);
    State before = settled(null);

    for (int i = 0; i < SEEDS; i++) {
      long seed = SEED + i;
      long actions = drive(new Random(seed), DRIVING, victim, (i + 1) * 1_000_000L);
      State after = settled(before);
      System.out.printf("hostile client: seed %d, %d actions, %s%n", seed, actions, after);
      assertThat(actions).as("seed %d", seed).isGreaterThan(50);
      assertThat(after.isWithin(before))
          .as("seed %d: %s, then %s\n%s", seed, before, after, target.largest())
          .isTrue();
      assertHealthy();
      assertThat(callDone(victim, (i + 1) * 1_000_000L + 900_000))
          .as("seed %d: run %s", seed, victimId)
          .isTrue();
    }
    assertThat(arrivedAtListener.get()).as("seed %d: connections to the listener", SEED).isZero();
  }

  private long drive(Random random, Duration time, ShimStream victim, long firstRef)
      throws Exception {
    long end = System.nanoTime() + time.toNanos();
    long ref = firstRef;
    try (HostileClient hostile = new HostileClient(random, target.port(), OPERATOR, words())) {
      long nextLook = System.nanoTime();
      while (System.nanoTime() < end) {
        hostile.act();
        if (System.nanoTime() > nextLook) {
          assertThat(callDone(victim, ++ref)).as("seed %d: another run", SEED).isTrue();
          assertHealthy();
          nextLook = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        }
      }
      return hostile.actions();
    }
  }

  private static boolean callDone(ShimStream shim, long ref) throws InterruptedException {
    ToShim answer = nextButNotices(shim.send(ShimStream.startCall(ref, "well?")));
    return answer.getCallDone().getResult().getStatus().equals("done");
  }

  /** On a busy machine, lines of progress come in between. */
  private static ToShim nextButNotices(ShimStream shim) throws InterruptedException {
    ToShim message = shim.nextCounted();
    while (message.hasNotice()) {
      message = shim.nextCounted();
    }
    return message;
  }

  /** A run of another's: opened, called, asked, answered by a command, closed. */
  private void assertHealthy() throws Exception {
    long start = System.nanoTime();
    try {
      ShimStream shim = ShimStream.open(channel, OPERATOR);
      String run = shim.send(ShimStream.openRun(1)).next().getRunOpened().getRunId();
      assertThat(run).as("seed %d", SEED).isNotEmpty();
      assertThat(callDone(shim, 1)).as("seed %d", SEED).isTrue();
      shim.send(
          FromShim.newBuilder()
              .setAskApproval(AskApproval.newBuilder().setCallRef(2).setQuestion("Go on?"))
              .build());
      ToShim message = shim.nextCounted();
      assertThat(message.getNotice().getMessage()).as("seed %d", SEED).contains("Go on?");
      assertThat(command("approve", run, "--question", "1", "--yes")).isZero();
      message = nextButNotices(shim);
      assertThat(message.getApprovalAnswered().getApproved()).as("seed %d", SEED).isTrue();
      shim.send(
          FromShim.newBuilder()
              .setCloseRun(CloseRun.newBuilder().setStatus("done").setOutputJson("null"))
              .build());
      assertThat(nextButNotices(shim).hasRunClosed()).as("seed %d", SEED).isTrue();
    } catch (AssertionError | StatusRuntimeException e) {
      throw new AssertionError(
          "seed %d, alive: %s, it said:\n%s".formatted(SEED, target.isAlive(), target.said()), e);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("seed %d", SEED)
        .isLessThan(PATIENCE);
  }

  /** As a person would, who asks again where too many commands are being carried out. */
  private int command(String... arguments) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        Iterator<CommandOutput> output =
            CoordinatorGrpc.newBlockingStub(channel)
                .withInterceptors(
                    MetadataUtils.newAttachHeadersInterceptor(ShimStream.bearer(OPERATOR)))
                .command(CommandRequest.newBuilder().addAllArguments(List.of(arguments)).build());
        int code = -1;
        while (output.hasNext()) {
          CommandOutput part = output.next();
          code = part.hasExitCode() ? part.getExitCode() : code;
        }
        return code;
      } catch (StatusRuntimeException e) {
        boolean busy = e.getStatus().getCode() == io.grpc.Status.Code.RESOURCE_EXHAUSTED;
        if (!busy || System.nanoTime() > end) {
          throw e;
        }
        Thread.onSpinWait();
      }
    }
  }

  private record State(long memory, long threads, long descriptors) {

    boolean isWithin(State before) {
      // Besides: caches with a bound of their own (schemas, the last values of statements).
      return memory <= before.memory * 1.1 + (4 << 20)
          && threads <= before.threads * 1.1 + 2
          && descriptors <= before.descriptors * 1.1 + 2;
    }
  }

  /**
   * The state once nothing more of the attack is on its way. A run whose shim is gone waits a
   * minute for it, and its end is kept for another minute.
   */
  private State settled(@Nullable State wanted) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(wanted == null ? 20 : 150).toNanos();
    State last = state();
    State lowest = last;
    int steady = 0;
    while (System.nanoTime() < end && (wanted == null ? steady < 3 : !last.isWithin(wanted))) {
      pause(Duration.ofSeconds(2));
      last = state();
      steady = last.isWithin(lowest) && lowest.isWithin(last) ? steady + 1 : 0;
      lowest = last;
    }
    return last;
  }

  private State state() throws Exception {
    return new State(target.memory(), target.threads(), target.descriptors());
  }

  private static void pause(Duration time) throws InterruptedException {
    LongSupplier now = System::nanoTime;
    long end = now.getAsLong() + time.toNanos();
    Object nobody = new Object();
    synchronized (nobody) {
      while (now.getAsLong() < end) {
        nobody.wait(100);
      }
    }
  }

  @Test
  void twoThousandSilentConnectionsKeepNobodyOut() throws Exception {
    assertHealthy();
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 2_000; i++) {
        silent.add(new Socket(InetAddress.getLoopbackAddress(), target.port()));
        if (i % 500 == 499) {
          assertGetsIn();
        }
      }
      assertGetsIn();
      assertThat(target.lines("too many connections")).isOne();
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  /** On a connection of its own. */
  private void assertGetsIn() throws Exception {
    long start = System.nanoTime();
    ManagedChannel fresh =
        NettyChannelBuilder.forAddress("127.0.0.1", target.port()).usePlaintext().build();
    try {
      ShimStream shim = ShimStream.open(fresh, OPERATOR);
      assertThat(shim.send(ShimStream.openRun(1)).next().hasRunOpened()).isTrue();
    } finally {
      fresh.shutdownNow();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }
}
