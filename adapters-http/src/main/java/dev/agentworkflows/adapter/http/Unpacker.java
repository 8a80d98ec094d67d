package dev.agentworkflows.adapter.http;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Takes compressed bytes as they come and gives plain ones, piece by piece. What the bytes are is
 * seen by how they begin: gzip, zlib, or neither, which is passed on as it is. For one thread.
 */
final class Unpacker {

  private static final int PIECE = 1 << 14;
  private static final int GZIP_HEADER = 10;
  private static final int GZIP_TRAILER = 8;
  private static final int MAX_OF_A_HEADER = 1 << 16;

  private enum State {
    UNKNOWN,
    PLAIN,
    GZIP_HEADER,
    INFLATING,
    TRAILER
  }

  private State state = State.UNKNOWN;
  private boolean gzip;
  private boolean begun;
  private boolean ended;
  private byte[] input = new byte[0];
  private int at;
  private @Nullable Inflater inflater;
  private final CRC32 sum = new CRC32();

  void take(byte[] bytes) {
    if (at == input.length) {
      input = bytes;
    } else {
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      joined.write(input, at, input.length - at);
      joined.writeBytes(bytes);
      input = joined.toByteArray();
    }
    at = 0;
  }

  /** No more bytes will come. */
  void finish() {
    ended = true;
  }

  /** The next plain bytes; null when there are none until more are taken. */
  byte @Nullable [] next() throws DataFormatException {
    while (true) {
      switch (state) {
        case UNKNOWN -> {
          if (input.length - at < 2 && !(ended && input.length > at)) {
            return null;
          }
          recognize();
        }
        case PLAIN -> {
          return at == input.length ? null : rest();
        }
        case GZIP_HEADER -> {
          if (!skipHeader()) {
            return null;
          }
        }
        case INFLATING -> {
          byte[] piece = inflate();
          if (piece != null || state == State.INFLATING) {
            return piece;
          }
        }
        case TRAILER -> {
          if (input.length - at < GZIP_TRAILER) {
            return null;
          }
          requireSum();
          at += GZIP_TRAILER;
          state = State.GZIP_HEADER; // Another member may follow.
          begun = false;
        }
      }
    }
  }

  private void recognize() {
    int first = input[at] & 0xff;
    int second = at + 1 < input.length ? input[at + 1] & 0xff : 0;
    if (first == 0x1f && second == 0x8b) {
      gzip = true;
      begun = true;
      state = State.GZIP_HEADER;
    } else if (first == 0x78 && (first * 256 + second) % 31 == 0) {
      begun = true;
      inflater = new Inflater();
      state = State.INFLATING;
    } else {
      state = State.PLAIN;
    }
  }

  private byte[] rest() {
    byte[] rest = Arrays.copyOfRange(input, at, input.length);
    at = input.length;
    return rest;
  }

  /** Over the fixed part and what its flags announce; false when that has not all come yet. */
  private boolean skipHeader() throws DataFormatException {
    if (input.length - at < GZIP_HEADER) {
      return false;
    }
    if ((input[at] & 0xff) != 0x1f || (input[at + 1] & 0xff) != 0x8b) {
      at = input.length; // Padding behind the last member.
      return false;
    }
    int flags = input[at + 3];
    int next = at + GZIP_HEADER;
    if ((flags & 4) != 0) {
      if (next + 2 > input.length) {
        return false;
      }
      next += 2 + (input[next] & 0xff) + ((input[next + 1] & 0xff) << 8);
    }
    for (int flag : new int[] {8, 16}) {
      if ((flags & flag) != 0) {
        while (next < input.length && input[next] != 0) {
          next++;
        }
        next++;
      }
    }
    next += (flags & 2) != 0 ? 2 : 0;
    if (next > input.length) {
      if (input.length - at > MAX_OF_A_HEADER) {
        throw new DataFormatException("a header without an end");
      }
      return false;
    }
    at = next;
    begun = true;
    inflater = new Inflater(/* nowrap= */ true);
    state = State.INFLATING;
    return true;
  }

  private void requireSum() throws DataFormatException {
    long told = 0;
    for (int i = 3; i >= 0; i--) {
      told = (told << 8) | (input[at + i] & 0xff);
    }
    if (told != sum.getValue()) {
      throw new DataFormatException("a wrong checksum");
    }
    sum.reset();
  }

  private byte @Nullable [] inflate() throws DataFormatException {
    Inflater inflating = Objects.requireNonNull(inflater);
    if (inflating.needsInput() && at < input.length) {
      inflating.setInput(input, at, input.length - at);
      at = input.length;
    }
    byte[] piece = new byte[PIECE];
    int length = inflating.inflate(piece);
    sum.update(piece, 0, length);
    if (inflating.finished()) {
      at = input.length - inflating.getRemaining();
      inflating.end();
      inflater = null;
      state = gzip ? State.TRAILER : State.PLAIN;
      begun = gzip;
    } else if (inflating.needsDictionary()) {
      throw new DataFormatException("a dictionary is needed");
    }
    return length == 0 ? null : Arrays.copyOf(piece, length);
  }

  /** Whether nothing is missing at the end. */
  boolean isWhole() {
    return !begun;
  }

  void close() {
    if (inflater != null) {
      inflater.end();
      inflater = null;
    }
  }
}
