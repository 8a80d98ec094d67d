package dev.agentworkflows.coordinator.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

class SocketMessagesTest {

  /** What was written can be read. */
  private static final class Loop implements ByteChannel {
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private int most;

    @Override
    public int read(ByteBuffer target) {
      most = Math.max(most, target.remaining());
      if (!bytes.hasRemaining()) {
        return -1;
      }
      // Not all at once, as sockets do.
      int count = Math.min(Math.min(bytes.remaining(), target.remaining()), 50_000);
      target.put(bytes.slice().limit(count));
      bytes.position(bytes.position() + count);
      return count;
    }

    @Override
    public int write(ByteBuffer source) {
      int count = source.remaining();
      bytes = ByteBuffer.allocate(bytes.remaining() + count).put(bytes).put(source).flip();
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  @Test
  void aLongRequestArrivesWhole() throws IOException {
    Loop loop = new Loop();
    List<String> words = List.of("command", "é".repeat(100_000), "", "x".repeat(1_234_567));
    SocketMessages.writeRequest(loop, words.toArray(String[]::new));

    assertThat(SocketMessages.readRequest(loop)).isEqualTo(words);
  }

  @Test
  void aLengthAloneTakesNoMemory() {
    Loop loop = theLength(8 * 1024 * 1024);

    assertThatThrownBy(() -> SocketMessages.readRequest(loop)).isInstanceOf(EOFException.class);
    assertThat(loop.most).isLessThanOrEqualTo(64 * 1024);
  }

  private static Loop theLength(int length) {
    Loop loop = new Loop();
    loop.write(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
    return loop;
  }
}
