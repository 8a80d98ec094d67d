package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections of which nobody knows yet whose they are. */
@Timeout(60)
class ConnectionsTest {

  private static final int UNKNOWN = 20;
  private static final int OF_A_RUN = 3;

  @TempDir private Path directory;

  private SharedCoordinator coordinator;
  private final List<Socket> silent = new ArrayList<>();

  @BeforeEach
  void start() {
    coordinator =
        new SharedCoordinator(
            directory,
            RemoteSessions.Limits.USUAL,
            new Connections.Limits(UNKNOWN, 60, OF_A_RUN, Duration.ofSeconds(2)));
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : silent) {
      socket.close();
    }
    coordinator.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), coordinator.port());
    socket.setSoTimeout(10_000);
    silent.add(socket);
    return socket;
  }

  /** Whether the other side has closed it, which may come to be while this waits. */
  private static boolean isClosed(Socket socket, int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      int read = socket.getInputStream().read();
      while (read >= 0) {
        read = socket.getInputStream().read();
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private void assertGetsIn() throws Exception {
    ManagedChannel channel = coordinator.newChannel();
    try {
      ShimStream shim = ShimStream.open(channel, SharedCoordinator.OPERATOR);
      assertThat(shim.send(ShimStream.openRun(1)).next().hasRunOpened()).isTrue();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void whoShowsNoTokenInTimeIsCutOff() throws Exception {
    Socket mute = connect();
    Socket halfway = connect();
    halfway
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    Socket dripping = connect();
    long start = System.nanoTime();
    boolean cut = false;
    while (!cut && System.nanoTime() - start < Duration.ofSeconds(10).toNanos()) {
      try {
        dripping.getOutputStream().write('P');
      } catch (IOException e) {
        cut = true;
      }
      cut |= isClosed(dripping, 50);
    }
    assertThat(cut).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    assertThat(isClosed(mute, 8_000)).isTrue();
    assertThat(isClosed(halfway, 8_000)).isTrue();
  }

  @Test
  void whoHasATokenGetsInHoweverManyAreSilent() throws Exception {
    for (int i = 0; i < 20 * UNKNOWN; i++) {
      connect();
      if (i % UNKNOWN == 0) {
        assertGetsIn();
      }
    }
    assertGetsIn();
    long open = 0;
    for (Socket socket : silent) {
      open += isClosed(socket, 1) ? 0 : 1;
    }
    assertThat(open).isLessThanOrEqualTo(2 * UNKNOWN);
  }

  @Test
  void whoHasShownATokenMayBeSilent() throws Exception {
    ShimStream shim = ShimStream.open(coordinator.channel(), SharedCoordinator.OPERATOR);
    Socket mute = connect();
    assertThat(isClosed(mute, 8_000)).as("the time is over for those without one").isTrue();
    assertThat(shim.send(ShimStream.openRun(1)).next().hasRunOpened()).isTrue();
  }

  @Test
  void aRunsTokenOpensSoManyConnections() throws Exception {
    ShimStream shim = ShimStream.open(coordinator.channel(), SharedCoordinator.OPERATOR);
    String token = shim.send(ShimStream.openRun(1)).next().getRunOpened().getRunToken();
    List<ManagedChannel> channels = new ArrayList<>();
    try {
      for (int i = 0; i <= OF_A_RUN; i++) {
        ManagedChannel channel = coordinator.newChannel();
        channels.add(channel);
        Status end = ShimStream.open(channel, token).send(ShimStream.openRun(1)).end();
        assertThat(end.getCode())
            .isEqualTo(
                i < OF_A_RUN ? Status.Code.FAILED_PRECONDITION : Status.Code.RESOURCE_EXHAUSTED);
      }
    } finally {
      channels.forEach(ManagedChannel::shutdownNow);
    }
    assertGetsIn();
  }

  @Test
  void healthIsToldWithoutAToken() {
    for (int i = 0; i < 100; i++) {
      assertThat(
              HealthGrpc.newBlockingStub(coordinator.channel())
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus())
          .isEqualTo(ServingStatus.SERVING);
    }
  }
}
