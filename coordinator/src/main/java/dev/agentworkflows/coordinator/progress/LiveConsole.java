package dev.agentworkflows.coordinator.progress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one writer to a terminal while a run goes on: what anybody prints goes above lines that are
 * drawn anew a few times a second. Thread-safe.
 */
public final class LiveConsole implements AutoCloseable {

  /** How often the lines are drawn when nothing is printed. */
  private static final Duration FRAME = Duration.ofMillis(125);

  /**
   * How long what is printed waits for more, so that a thousand prints are not a thousand frames.
   */
  private static final Duration GATHERING = Duration.ofMillis(15);

  /** A run that is over sooner shows no lines at all: they would only flash. */
  private static final Duration AT_FIRST = Duration.ofMillis(400);

  /** Whoever prints more than this at once waits for the terminal, as always. */
  private static final int MAX_WAITING = 256 * 1024;

  private static final int MAX_OFFERED = 16 * MAX_WAITING;

  /**
   * How long an offered line waits for the end of a line that a script is in the middle of. The two
   * arrive by different ways, and the line may overtake what the script wrote before it.
   */
  private static final Duration FOR_THE_END_OF_A_LINE = Duration.ofMillis(250);

  private final OutputStream terminal;
  private final Supplier<List<String>> lines;
  private final LiveArea area = new LiveArea();
  private final Object lock = new Object();
  private final Thread painter = new Thread(this::paint, "progress");
  private ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private ByteArrayOutputStream offered = new ByteArrayOutputStream();
  private long offeredSince;
  private boolean printedMidLine;
  private boolean over;
  private boolean closed;

  private LiveConsole(OutputStream terminal, Supplier<List<String>> lines) {
    this.terminal = terminal;
    this.lines = lines;
  }

  /**
   * Draws until it is closed.
   *
   * @param lines what is to stand below; asked on a thread of the console's own, a few times a
   *     second; none hide it
   */
  public static LiveConsole start(OutputStream terminal, Supplier<List<String>> lines) {
    LiveConsole console = new LiveConsole(terminal, lines);
    console.painter.setDaemon(true);
    console.painter.start();
    return console;
  }

  /** What is written here stands above the lines; blocks while the terminal can't keep up. */
  public OutputStream above() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        print(bytes, offset, length);
      }
    };
  }

  /**
   * Shows a text above the lines, and not in the middle of a line that is being printed. Never
   * blocks: it is lost where far too much waits.
   */
  public void offer(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    synchronized (lock) {
      if (closed || waiting.size() + offered.size() >= MAX_OFFERED) {
        return;
      }
      if (!printedMidLine) {
        waiting.writeBytes(bytes);
        lock.notifyAll();
        return;
      }
      if (offered.size() == 0) {
        offeredSince = System.nanoTime();
      }
      offered.writeBytes(bytes);
    }
  }

  private void print(byte[] bytes, int offset, int length) throws IOException {
    synchronized (lock) {
      while (waiting.size() > MAX_WAITING && !closed) {
        await(FRAME);
      }
      if (closed) {
        terminal.write(bytes, offset, length);
        return;
      }
      if (length > 0) {
        int start = afterLastLine(bytes, offset, length);
        waiting.write(bytes, offset, start - offset);
        if (start > offset) {
          takeOffered();
        }
        waiting.write(bytes, start, offset + length - start);
        printedMidLine = start < offset + length;
        lock.notifyAll();
      }
    }
  }

  /** Where the last line begins that these bytes don't end; their offset when they end none. */
  private static int afterLastLine(byte[] bytes, int offset, int length) {
    int start = offset + length;
    while (start > offset && bytes[start - 1] != '\n') {
      start--;
    }
    return start;
  }

  private void takeOffered() {
    waiting.writeBytes(offered.toByteArray());
    offered.reset();
  }

  /** What nobody ends a line for, such as a script that asks a person, is not waited for. */
  private void takeOfferedInTheMiddleOfALine() {
    if (offered.size() > 0) {
      waiting.write('\n');
      takeOffered();
      printedMidLine = false;
    }
  }

  private void paint() {
    long start = System.nanoTime();
    long drawn = start;
    List<String> shown = List.of();
    try {
      while (true) {
        byte[] printed = takePrinted(drawn + FRAME.toNanos());
        if (printed == null) {
          return;
        }
        List<String> now = shown;
        if (System.nanoTime() - drawn >= FRAME.toNanos()) {
          drawn = System.nanoTime();
          now = drawn - start < AT_FIRST.toNanos() ? List.of() : lines.get();
        }
        if (printed.length > 0 || !now.equals(shown)) {
          terminal.write(area.frame(printed, now));
        }
        shown = now;
      }
    } catch (IOException | RuntimeException e) {
      // Without its lines, whatever is wrong with them or with the terminal, the run goes on.
      giveUp();
    }
  }

  /** Waits for something to print, until it is time for the next frame; null when it is over. */
  private byte @Nullable [] takePrinted(long nextFrame) {
    synchronized (lock) {
      while (!over && waiting.size() == 0) {
        long left = nextFrame - System.nanoTime();
        if (left <= 0) {
          return takeWaiting();
        }
        await(Duration.ofNanos(left));
      }
      if (!over) {
        await(GATHERING);
      }
      return over ? null : takeWaiting();
    }
  }

  private byte[] takeWaiting() {
    if (over || closed || System.nanoTime() - offeredSince >= FOR_THE_END_OF_A_LINE.toNanos()) {
      takeOfferedInTheMiddleOfALine();
    }
    byte[] printed = waiting.toByteArray();
    waiting = new ByteArrayOutputStream();
    lock.notifyAll();
    return printed;
  }

  private void await(Duration atMost) {
    try {
      lock.wait(Math.max(1, atMost.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      over = true;
    }
  }

  private void giveUp() {
    synchronized (lock) {
      closed = true;
      try {
        terminal.write(area.end(takeWaiting()));
      } catch (IOException e) {
        // Nobody looks any more.
      }
    }
  }

  /** Prints what waits, and takes the lines away; what is printed later goes straight out. */
  @Override
  public void close() {
    synchronized (lock) {
      over = true;
      lock.notifyAll();
    }
    try {
      painter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (lock) {
      if (!closed) {
        closed = true;
        try {
          terminal.write(area.end(takeWaiting()));
          terminal.flush();
        } catch (IOException e) {
          // Nobody looks any more.
        }
      }
    }
  }
}
