package dev.agentworkflows.coordinator.progress;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * How large this process's terminal is, also after it was resized. The system's {@code stty} knows;
 * it is asked at first and whenever the system tells of a change. Thread-safe.
 */
final class SttySize implements TerminalSize {

  private static final String RESIZED = "WINCH";
  private static final long PATIENCE_MS = 500;
  private static final int USUAL_COLUMNS = 80;
  private static final int USUAL_ROWS = 24;

  private final int usualColumns;
  private final int usualRows;
  private final @Nullable Object formerHandler;
  private volatile boolean stale = true;
  private volatile Size size;

  private SttySize(int usualColumns, int usualRows) {
    this.usualColumns = usualColumns;
    this.usualRows = usualRows;
    this.size = new Size(usualColumns, usualRows);
    this.formerHandler = Signals.register(RESIZED, () -> stale = true);
  }

  /** Keeps an eye on the terminal until it is closed. */
  static SttySize watch(Map<String, String> environment) {
    return new SttySize(
        number(environment.get("COLUMNS"), USUAL_COLUMNS),
        number(environment.get("LINES"), USUAL_ROWS));
  }

  /** As it is now; asks the system when it may have changed, which takes a few milliseconds. */
  @Override
  public Size now() {
    if (stale) {
      stale = false;
      size = ask();
    }
    return size;
  }

  private Size ask() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
        stty.destroyForcibly();
        return size;
      }
      String[] said =
          new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
              .strip()
              .split(" ");
      return said.length == 2
          ? new Size(number(said[1], usualColumns), number(said[0], usualRows))
          : size;
    } catch (IOException e) {
      return size;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return size;
    }
  }

  private static int number(@Nullable String text, int otherwise) {
    try {
      int number = text == null ? 0 : Integer.parseInt(text);
      return number > 0 ? number : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  @Override
  public void close() {
    if (formerHandler != null) {
      Signals.unregister(RESIZED, formerHandler);
    }
  }
}
