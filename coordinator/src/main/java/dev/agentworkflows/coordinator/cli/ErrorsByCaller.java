package dev.agentworkflows.coordinator.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Standard error of a process that carries out commands of others: what is logged on a thread of a
 * command, or on one that it has started, is for whoever typed it.
 */
final class ErrorsByCaller extends OutputStream {

  private static final InheritableThreadLocal<Errors> CURRENT = new InheritableThreadLocal<>();

  private final OutputStream own;

  private ErrorsByCaller(OutputStream own) {
    this.own = own;
  }

  /** Where a command's errors go, until it ends. */
  static final class Errors implements AutoCloseable {
    private final PrintStream screen;
    private volatile boolean over;

    private Errors(PrintStream screen) {
      this.screen = screen;
    }

    /** Threads that outlive the command have nobody to speak to but this process. */
    @Override
    public void close() {
      over = true;
      CURRENT.remove();
    }
  }

  /** In the place of this process's standard error, for all of its life. */
  static void install() {
    System.setErr(new PrintStream(new ErrorsByCaller(System.err), true, StandardCharsets.UTF_8));
  }

  /** From now on those of a command that this thread carries out. */
  static Errors of(PrintStream screen) {
    Errors errors = new Errors(screen);
    CURRENT.set(errors);
    return errors;
  }

  private OutputStream current() {
    @Nullable Errors errors = CURRENT.get();
    return errors == null || errors.over ? own : errors.screen;
  }

  @Override
  public void write(int b) throws IOException {
    current().write(b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    current().write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    current().flush();
  }
}
