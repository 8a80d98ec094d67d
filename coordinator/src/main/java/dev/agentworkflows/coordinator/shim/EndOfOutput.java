package dev.agentworkflows.coordinator.shim;

import java.nio.charset.StandardCharsets;

/** The last two kilobytes that a process wrote. Thread-safe. */
final class EndOfOutput {

  private static final int SIZE = 2048;

  private final byte[] ring = new byte[SIZE];
  private long written;

  synchronized void add(byte[] bytes, int length) {
    for (int i = Math.max(0, length - SIZE); i < length; i++) {
      ring[(int) (written++ % SIZE)] = bytes[i];
    }
  }

  synchronized String text() {
    int kept = (int) Math.min(written, SIZE);
    byte[] end = new byte[kept];
    for (int i = 0; i < kept; i++) {
      end[i] = ring[(int) ((written - kept + i) % SIZE)];
    }
    return new String(end, StandardCharsets.UTF_8).strip();
  }
}
