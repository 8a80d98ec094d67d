package dev.agentworkflows.coordinator.rpc;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** A line of Linux's {@code /proc/net/tcp} or {@code tcp6}: one socket, and what its timer does. */
final class SocketLine {

  /** Where a line has what; proc(5). */
  private static final int PEER = 2;

  private static final int TIMER = 5;
  private static final int RETRANSMISSIONS = 6;

  private static final String SENDS_AGAIN = "01";

  private static final Pattern ADDRESS =
      Pattern.compile("(?:[0-9A-F]{8}|[0-9A-F]{32}):[0-9A-F]{4}");

  /** So many in a row without an acknowledgement are no accident any more. */
  private static final int SILENCE = 4;

  private SocketLine() {}

  /** The other end, when it has acknowledged nothing although it was sent the same again. */
  static Optional<InetSocketAddress> silentPeer(String line) {
    String[] columns = line.strip().split("\\s+");
    if (columns.length <= RETRANSMISSIONS
        || !columns[TIMER].startsWith(SENDS_AGAIN + ":")
        || !columns[RETRANSMISSIONS].matches("[0-9A-F]{8}")
        || !ADDRESS.matcher(columns[PEER]).matches()) {
      return Optional.empty();
    }
    return Long.parseLong(columns[RETRANSMISSIONS], 16) < SILENCE
        ? Optional.empty()
        : Optional.of(address(columns[PEER]));
  }

  /** Four bytes each are one number, as this machine writes numbers. */
  private static InetSocketAddress address(String text) {
    int colon = text.indexOf(':');
    ByteBuffer words = ByteBuffer.wrap(HexFormat.of().parseHex(text.substring(0, colon)));
    ByteBuffer bytes = ByteBuffer.allocate(words.capacity()).order(ByteOrder.nativeOrder());
    while (words.hasRemaining()) {
      bytes.putInt(words.getInt());
    }
    try {
      return new InetSocketAddress(
          InetAddress.getByAddress(bytes.array()), Integer.parseInt(text.substring(colon + 1), 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }
}
