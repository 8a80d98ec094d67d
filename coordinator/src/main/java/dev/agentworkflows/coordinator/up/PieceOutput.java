package dev.agentworkflows.coordinator.up;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ByteChannel;

/** One of a command's streams, on its way to the caller. */
final class PieceOutput extends OutputStream {

  private final ByteChannel caller;
  private final char kind;

  PieceOutput(ByteChannel caller, char kind) {
    this.caller = caller;
    this.kind = kind;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > 0) {
      // Both streams of a command go through one channel, from whatever thread.
      synchronized (caller) {
        SocketMessages.writePiece(caller, kind, bytes, offset, length);
      }
    }
  }
}
