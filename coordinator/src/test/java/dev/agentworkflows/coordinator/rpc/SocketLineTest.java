package dev.agentworkflows.coordinator.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketLineTest {

  private static final String REST =
      " 00000000     0        0 63022 2 0000000000000000 99 4 30 10 -1";

  @BeforeEach
  void theLinesAreOfAMachineThatWritesTheLowestByteFirst() {
    assumeTrue(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "lines of another kind of machine");
  }

  @Test
  void aPeerThatAcknowledgesNothingIsNamed() {
    assertThat(
            SocketLine.silentPeer(
                "   3: 010200C0:1D13 020200C0:A3B0 01 00000135:00000000 01:00000A2B 00000007"
                    + "     0        0 63022 2 0000000000000000 99 4 30 10 -1"))
        .contains(new InetSocketAddress("192.0.2.2", 41904));
  }

  @Test
  void soIsOneWhoseAddressIsWrittenAsOneOfIpv6() {
    assertThat(
            SocketLine.silentPeer(
                "   3: 0000000000000000FFFF0000010200C0:1D13 0000000000000000FFFF0000020200C0:A3B0 01"
                    + " 00000135:00000000 01:00000A2B 00000007"))
        .contains(new InetSocketAddress("192.0.2.2", 41904));
    assertThat(
            SocketLine.silentPeer(
                "   3: B80D0120000000000000000001000000:1D13 B80D0120000000000000000002000000:A3B0 01"
                    + " 00000135:00000000 01:00000A2B 00000004"))
        .contains(new InetSocketAddress("2001:db8::2", 41904));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // nothing on its way; it is asked for a sign of life; it is there but takes nothing now
        "00:00000000 00000000",
        "02:000003A5 00000007",
        "04:000003A5 00000007",
        // what was lost is sent again, as happens
        "01:00000014 00000000",
        "01:00000014 00000003"
      })
  void othersAreNot(String timer) {
    assertThat(
            SocketLine.silentPeer(
                "   3: 010200C0:1D13 020200C0:A3B0 01 00000135:00000000 " + timer + REST))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout",
        "3: x x x x 01:0 zz",
        "3: 010200C0:1D13 0202:A3B0 01 0:0 01:0 7",
        "3: 010200C0:1D13 nothing 01 0:0 01:0 7"
      })
  void whatIsNoSuchLineIsPassedOver(String line) {
    assertThat(SocketLine.silentPeer(line)).isEmpty();
  }
}
