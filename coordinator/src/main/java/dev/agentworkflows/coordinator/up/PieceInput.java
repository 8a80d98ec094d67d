package dev.agentworkflows.coordinator.up;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What arrives in pieces, to be read as a stream. Whoever adds waits while much is unread.
 * Thread-safe.
 */
final class PieceInput extends InputStream {

  private static final int MAX_UNREAD = 1 << 20;

  private final Deque<byte[]> pieces = new ArrayDeque<>();
  private int unread;

  /** Read bytes of the first piece. */
  private int offset;

  private boolean ended;

  /** An empty piece is the end. */
  synchronized void add(byte[] piece) throws InterruptedException {
    if (piece.length == 0) {
      ended = true;
    }
    while (unread > MAX_UNREAD && !ended) {
      wait();
    }
    if (!ended) {
      pieces.add(piece);
      unread += piece.length;
    }
    notifyAll();
  }

  /** Nothing more comes; what is unread can still be read. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  @Override
  public int read() throws InterruptedIOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public synchronized int read(byte[] into, int at, int length) throws InterruptedIOException {
    if (length == 0) {
      return 0;
    }
    try {
      while (pieces.isEmpty() && !ended) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
    byte[] first = pieces.peek();
    if (first == null) {
      return -1;
    }
    int count = Math.min(length, first.length - offset);
    System.arraycopy(first, offset, into, at, count);
    offset += count;
    unread -= count;
    if (offset == first.length) {
      pieces.remove();
      offset = 0;
    }
    notifyAll();
    return count;
  }

  /** Whoever adds goes on, and what it adds is dropped. */
  @Override
  public synchronized void close() {
    pieces.clear();
    unread = 0;
    end();
  }
}
