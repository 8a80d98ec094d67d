package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.agentworkflows.proto.v1.CallDone;
import dev.agentworkflows.proto.v1.FromShim;
import dev.agentworkflows.proto.v1.RunOpened;
import dev.agentworkflows.proto.v1.ToShim;
import dev.agentworkflows.testkit.Generated;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Peers that send whatever they like: the coordinator neither falls, nor hangs, nor grows, and
 * works for others meanwhile. {@code -Dscale=N} fuzzes longer, {@code -Dseed=N} repeats.
 */
@Timeout(600)
@Tag("slow")
class HostileShimTest {

  private static final Duration FUZZING = Duration.ofSeconds(Generated.count(20));
  private static final long SEED = Generated.seed();
  private static final int MIB = 1 << 20;

  @TempDir private Path directory;

  private SharedCoordinator coordinator;

  @BeforeEach
  void start() {
    coordinator =
        new SharedCoordinator(
            directory,
            new RemoteSessions.Limits(1_000, 20_000, 64L << 20, 100, Duration.ofSeconds(1)));
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  @Test
  void randomAndMutatedMessagesDoNoHarm() throws Exception {
    Random random = new Random(SEED);
    assertHealthy();
    long before = usedMemory();
    long end = System.nanoTime() + FUZZING.toNanos();
    int streams = 0;
    while (System.nanoTime() < end) {
      fuzzStream(random);
      if (++streams % 50 == 0) {
        assertHealthy();
      }
    }
    assertThat(streams).as("seed " + SEED).isGreaterThan(50);
    assertHealthy();
    assertThat(usedMemory() - before).as("seed " + SEED).isLessThan(64 * MIB);
  }

  /**
   * Some bytes that are no message, some that nearly are one, in a stream that began well or not.
   */
  private void fuzzStream(Random random) throws InterruptedException {
    ClientCall<byte[], byte[]> call = coordinator.channel().newCall(RAW_RUN, CallOptions.DEFAULT);
    CountDownLatch over = new CountDownLatch(1);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            over.countDown();
          }
        },
        ShimStream.bearer(SharedCoordinator.OPERATOR));
    call.request(100);
    if (random.nextBoolean()) {
      call.sendMessage(ShimStream.openRun(1).toByteArray());
    }
    for (int i = random.nextInt(4); i >= 0; i--) {
      call.sendMessage(random.nextInt(3) == 0 ? some(random, 200) : mutated(random));
    }
    if (random.nextBoolean()) {
      call.halfClose();
      assertThat(over.await(30, TimeUnit.SECONDS)).as("it hangs; seed " + SEED).isTrue();
    } else {
      call.cancel("enough", null);
    }
  }

  private static byte[] mutated(Random random) {
    FromShim message =
        switch (random.nextInt(4)) {
          case 0 -> ShimStream.openRun(random.nextInt());
          case 1 -> ShimStream.startCall(random.nextLong(), "prompt");
          case 2 ->
              FromShim.newBuilder()
                  .setAcknowledge(
                      dev.agentworkflows.proto.v1.Acknowledge.newBuilder()
                          .setReceived(random.nextLong()))
                  .build();
          default ->
              FromShim.newBuilder()
                  .setAppendEvent(
                      dev.agentworkflows.proto.v1.AppendEvent.newBuilder()
                          .setType("log")
                          .setMessage("m")
                          .setDataJson("{\"a\":1}"))
                  .build();
        };
    byte[] bytes = message.toByteArray();
    for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        }
      };

  private static final MethodDescriptor<byte[], byte[]> RAW_RUN =
      MethodDescriptor.newBuilder(BYTES, BYTES)
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName("agentworkflows.v1.Coordinator/Run")
          .build();

  @Test
  void bytesThatAreNoHttp2DoNoHarm() throws Exception {
    Random random = new Random(SEED);
    assertHealthy();
    long before = usedMemory();
    long end = System.nanoTime() + FUZZING.toNanos();
    int connections = 0;
    while (System.nanoTime() < end) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), coordinator.port())) {
        socket.setSoTimeout(20);
        // No port is kept busy by a connection that is over.
        socket.setSoLinger(true, 0);
        OutputStream out = socket.getOutputStream();
        out.write(garbage(random));
        out.flush();
        var unused = socket.getInputStream().read();
      } catch (IOException e) {
        // It hung up, as it may.
      }
      if (++connections % 500 == 0) {
        assertHealthy();
      }
    }
    assertThat(connections).as("seed " + SEED).isGreaterThan(50);
    assertHealthy();
    assertThat(usedMemory() - before).as("seed " + SEED).isLessThan(64 * MIB);
  }

  /** Anything, or anything after HTTP/2's first words, or frames that make no sense together. */
  private static byte[] garbage(Random random) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int kind = random.nextInt(3);
    if (kind > 0) {
      bytes.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    if (kind < 2) {
      bytes.write(some(random, 2_000));
      return bytes.toByteArray();
    }
    frame(bytes, 4, 0, 0, new byte[0]);
    for (int i = random.nextInt(20); i >= 0; i--) {
      // Mostly of the ten kinds that there are, and of streams that a client may open.
      frame(
          bytes,
          random.nextInt(12),
          random.nextInt(256),
          random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(8),
          some(random, 300));
    }
    return bytes.toByteArray();
  }

  private static void frame(
      ByteArrayOutputStream bytes, int type, int flags, int stream, byte[] payload)
      throws IOException {
    bytes.write(
        ByteBuffer.allocate(9)
            .put((byte) 0)
            .putShort((short) payload.length)
            .put((byte) type)
            .put((byte) flags)
            .putInt(stream)
            .array());
    bytes.write(payload);
  }

  private static byte[] some(Random random, int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void tenThousandCallsAndTwoHundredConnectionsKeepNobodyWaiting() throws Exception {
    long before = usedMemory();
    List<ManagedChannel> channels = new ArrayList<>();
    List<ShimStream> flood = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        ManagedChannel channel = coordinator.newChannel();
        channels.add(channel);
        ShimStream shim = ShimStream.open(channel, SharedCoordinator.OPERATOR);
        assertThat(shim.send(ShimStream.openRun(1)).next().hasRunOpened()).isTrue();
        flood.add(shim);
      }
      for (int call = 1; call <= 50; call++) {
        for (ShimStream shim : flood) {
          shim.send(waiting(call));
        }
      }
      long start = System.nanoTime();
      assertHealthy();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(usedMemory() - before).isLessThan(160L * MIB);
      for (ShimStream shim : flood) {
        for (int call = 1; call <= 50; call++) {
          assertThat(shim.nextCounted().hasCallDone()).isTrue();
        }
      }
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
  }

  private static FromShim waiting(long ref) {
    FromShim call = ShimStream.startCall(ref, "w".repeat(500));
    return call.toBuilder()
        .setStartCall(
            call.getStartCall().toBuilder()
                .setPrompt(ByteString.copyFromUtf8("call " + ref))
                .setMetadataJson("{\"fake\":{\"delay_ms\":4000}}"))
        .build();
  }

  /** A run from its opening to its end. */
  private void assertHealthy() throws InterruptedException {
    ShimStream shim = ShimStream.open(coordinator.channel(), SharedCoordinator.OPERATOR);
    RunOpened run = shim.send(ShimStream.openRun(1)).next().getRunOpened();
    CallDone done = shim.send(ShimStream.startCall(1, "well?")).nextCounted().getCallDone();
    assertThat(done.getResult().getStatus()).isEqualTo("done");
    ToShim closed =
        shim.send(
                FromShim.newBuilder()
                    .setCloseRun(
                        dev.agentworkflows.proto.v1.CloseRun.newBuilder()
                            .setStatus("done")
                            .setOutputJson("null"))
                    .build())
            .nextCounted();
    assertThat(closed.hasRunClosed()).as(run.getRunId()).isTrue();
  }

  private static long usedMemory() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
