package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages that have not arrived in full. */
@Timeout(20)
class ArrivingBytesTest {

  private static final long MIB = 1 << 20;

  private final ArrivingBytes bytes = new ArrivingBytes(10 * MIB);
  private final CountDownLatch cutOff = new CountDownLatch(1);

  private ArrivingBytes.Stream stream(Object owner) {
    var stream = (ArrivingBytes.Stream) bytes.newServerStreamTracer("m", new Metadata());
    stream.belongsTo(owner, cutOff::countDown);
    return stream;
  }

  @Test
  void whoHasTooMuchOnItsWayIsCutOff() throws Exception {
    ArrivingBytes.Stream one = stream("run");
    ArrivingBytes.Stream other = stream("run");
    one.inboundWireSize(3 * MIB);
    other.inboundWireSize(2 * MIB);
    assertThat(cutOff.getCount()).as("half of it").isOne();
    other.inboundWireSize(MIB);
    assertThat(cutOff.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatHasArrivedCountsNoMore() {
    ArrivingBytes.Stream stream = stream("run");
    for (int i = 0; i < 100; i++) {
      stream.inboundWireSize(4 * MIB);
      stream.inboundMessageRead(i, 4 * MIB, 4 * MIB);
    }
    for (int i = 0; i < 100; i++) {
      ArrivingBytes.Stream broken = stream("run");
      broken.inboundWireSize(4 * MIB);
      broken.streamClosed(Status.CANCELLED);
    }
    assertThat(cutOff.getCount()).isOne();
  }

  @Test
  void oneRunLeavesRoomForAnother() throws Exception {
    stream("greedy").inboundWireSize(5 * MIB);
    stream("modest").inboundWireSize(2 * MIB);
    assertThat(cutOff.getCount()).isOne();
    stream("modest").inboundWireSize(2 * MIB);
    assertThat(cutOff.await(10, TimeUnit.SECONDS)).as("less is left now").isTrue();
  }
}
