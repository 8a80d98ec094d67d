package dev.agentworkflows.coordinator.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LiveConsoleTest {

  private static final int MANY = 100_000;

  @Test
  void everythingThatIsPrintedArrivesOnceAndInOrder() throws IOException {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    StringBuilder expected = new StringBuilder();

    try (LiveConsole console = LiveConsole.start(terminal, () -> List.of("~~~"))) {
      OutputStream above = console.above();
      for (int i = 0; i < MANY; i++) {
        String line = "line " + i + "\n";
        expected.append(line);
        above.write(line.getBytes(UTF_8));
      }
    }

    String printed = terminal.toString(UTF_8).replaceAll("\u001b7.*?\u001b8", "");
    assertThat(printed.replaceAll("\u001b\\[[?0-9]*[A-Za-z]|\u001bD|\r", ""))
        .isEqualTo(expected.toString());
  }

  @Test
  void linesThatCannotBeMadeCostTheRunNothing() throws Exception {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    CountDownLatch asked = new CountDownLatch(1);

    try (LiveConsole console =
        LiveConsole.start(
            terminal,
            () -> {
              asked.countDown();
              throw new IllegalStateException("no lines");
            })) {
      assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
      console.above().write("still here\n".getBytes(UTF_8));
    }

    assertThat(terminal.toString(UTF_8)).endsWith("still here\n");
  }

  @Test
  void aTerminalThatIsGoneKeepsNobodyWaiting() throws IOException {
    OutputStream gone =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("gone");
          }
        };

    try (LiveConsole console = LiveConsole.start(gone, List::of)) {
      for (int i = 0; i < MANY; i++) {
        console.offer("a line\n");
      }
    }
  }
}
