package dev.agentworkflows.coordinator.progress;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.testkit.Generated;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
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
  void whatIsOfferedStandsInNoLineThatIsPrinted() throws Exception {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    Random random = new Random(Generated.seed());
    List<String> printed = new ArrayList<>();
    List<String> offered = new ArrayList<>();
    AtomicBoolean ended = new AtomicBoolean();

    try (LiveConsole console = LiveConsole.start(terminal, List::of)) {
      Thread offers =
          new Thread(() -> {
            for (int i = 0; !ended.get(); i++) {
              offered.add("log " + i);
              console.offer("log " + i + "\n");
              LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
          });
      offers.start();
      OutputStream above = console.above();
      for (int i = 0; i < 300; i++) {
        String text = "line " + i + " of the script\n";
        printed.add(text.strip());
        int cut = random.nextInt(text.length() + 1);
        above.write(text.substring(0, cut).getBytes(UTF_8));
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(4)).toNanos());
        above.write(text.substring(cut).getBytes(UTF_8));
      }
      ended.set(true);
      offers.join();
    }

    List<String> lines =
        terminal.toString(UTF_8).replaceAll("\u001b\\[[?0-9]*[A-Za-z]|\r", "").lines().toList();
    assertThat(lines.stream().filter(line -> !line.startsWith("log ")))
        .containsExactlyElementsOf(printed);
    assertThat(lines.stream().filter(line -> line.startsWith("log ")))
        .containsExactlyElementsOf(offered);
  }

  @Test
  void whatIsOfferedDoesNotWaitForAPersonsAnswer() throws IOException {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();

    try (LiveConsole console = LiveConsole.start(terminal, List::of)) {
      console.above().write("Your name? ".getBytes(UTF_8));
      console.offer("log: still at work\n");
      while (!terminal.toString(UTF_8).contains("log: still")) {
        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      }
    }

    assertThat(terminal.toString(UTF_8).replaceAll("\u001b\\[[?0-9]*[A-Za-z]|\r", ""))
        .isEqualTo("Your name? \nlog: still at work\n");
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
