package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.json.JsonStream;
import dev.agentworkflows.coordinator.progress.OwnTerminal;
import dev.agentworkflows.coordinator.progress.Terminal;
import dev.agentworkflows.coordinator.secret.RedactedOutput;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.GeneralizedUtf8;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where commands write: what was asked for to standard output, problems and progress to the other.
 * No key gets through, also not one that is in what the user typed, or in his own files.
 */
public final class Console {

  private static final int BUFFER = 1 << 16;

  private final PrintStream out;
  private final PrintStream err;
  private final Supplier<Redactor> usual;
  private final SwitchableOutputStream outTarget;
  private final SwitchableOutputStream errTarget;
  private final Terminal terminal;
  private final CheckedOutput checked;
  private @Nullable Redactor redactor;
  private boolean document;

  private Console(OutputStream out, OutputStream err, Supplier<Redactor> usual, Terminal terminal) {
    this.checked = new CheckedOutput(out);
    this.outTarget = new SwitchableOutputStream(checked);
    this.errTarget = new SwitchableOutputStream(err);
    this.out = stream(new RedactedOutput(outTarget, BUFFER, this::redactor));
    this.err = stream(new RedactedOutput(errTarget, 0, this::redactor));
    this.usual = usual;
    this.terminal = terminal;
  }

  /** Goes somewhere else for a while. */
  private static final class SwitchableOutputStream extends OutputStream {
    private final OutputStream usual;
    private volatile OutputStream now;

    private SwitchableOutputStream(OutputStream usual) {
      this.usual = usual;
      this.now = usual;
    }

    @Override
    public void write(int b) throws IOException {
      now.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      now.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      now.flush();
    }
  }

  /**
   * The process's own streams, in UTF-8 whatever the locale.
   *
   * @param usual knows the keys that can be told before adapters are looked at; asked once, late
   */
  static Console ofProcess(Supplier<Redactor> usual) {
    return new Console(
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        usual,
        new OwnTerminal());
  }

  /** Streams of somebody else's. */
  static Console on(OutputStream out, OutputStream err, Redactor redactor) {
    return on(out, err, redactor, Terminal.none(false));
  }

  /**
   * Streams of somebody else's.
   *
   * @param terminal what people see of them
   */
  static Console on(OutputStream out, OutputStream err, Redactor redactor, Terminal terminal) {
    return new Console(out, err, () -> redactor, terminal);
  }

  /** What takes keys out of all that is shown. */
  synchronized Redactor redactor() {
    if (redactor == null) {
      redactor = usual.get();
    }
    return redactor;
  }

  /** From now on this one, which knows more. */
  synchronized void redactWith(Redactor better) {
    redactor = better;
  }

  private static PrintStream stream(OutputStream target) {
    return new PrintStream(target, false, StandardCharsets.UTF_8);
  }

  /**
   * One line of what was asked for; control characters, which could drive a terminal, made visible.
   */
  void line(String text) {
    out.println(VisibleText.uncut(text));
  }

  /** Whether people look at standard error, on a terminal that can be drawn on. */
  boolean drawsOn(Map<String, String> environment) {
    String kind = environment.getOrDefault("TERM", "");
    return !kind.isEmpty() && !kind.equals("dumb") && terminal.isErrors();
  }

  /** What people see and type on. */
  Terminal terminal() {
    return terminal;
  }

  /** Standard error itself, past everything: for whoever draws there. */
  OutputStream drawing() {
    return errTarget.usual;
  }

  /**
   * Sends what would reach the terminal that standard error is to whoever draws there.
   *
   * @param drawing null for straight to the terminal again
   */
  void divert(@Nullable OutputStream drawing) {
    flush();
    errTarget.now = drawing == null ? errTarget.usual : drawing;
    if (onTerminal()) {
      outTarget.now = drawing == null ? outTarget.usual : drawing;
    }
  }

  /** Whether people look at what goes to standard output here. */
  boolean onTerminal() {
    return terminal.isOutput();
  }

  /** Bytes as they are. */
  void bytes(byte[] bytes) {
    out.write(bytes, 0, bytes.length);
  }

  /**
   * A document as it is; where people look at it, what could drive their terminal is made visible.
   */
  void document(String text) {
    text(onTerminal() ? VisibleText.uncut(text) : text);
  }

  /** Text as it is. */
  void text(String text) {
    byte[] bytes = GeneralizedUtf8.encode(text);
    out.write(bytes, 0, bytes.length);
  }

  void json(JsonNode node) {
    try (JsonStream stream = json()) {
      stream.value(node);
    }
  }

  /** A document that is written piece by piece; to be closed. */
  JsonStream json() {
    document = true;
    return new JsonStream(out);
  }

  /** A document that is a list, however long. */
  <T> void json(Iterable<T> elements, Function<T, ? extends JsonNode> toJson) {
    Iterator<T> next = elements.iterator();
    // What fails before there is anything to show is told in a document of its own.
    JsonNode node = next.hasNext() ? toJson.apply(next.next()) : null;
    try (JsonStream stream = json().beginArray()) {
      while (node != null) {
        stream.value(node);
        requireReader();
        node = next.hasNext() ? toJson.apply(next.next()) : null;
      }
      stream.endArray();
    }
  }

  /**
   * What is long ends when nobody reads it any more.
   *
   * @throws OutputLostException when something could not be written
   */
  void requireReader() {
    if (lostOutput()) {
      throw new OutputLostException();
    }
  }

  /** Whether a document is on standard output, where a second one would spoil it. */
  boolean hasDocument() {
    return document;
  }

  /** A text after which a person types. */
  void prompt(String text) {
    out.flush();
    err.print(text);
    err.flush();
  }

  /** A line about how it goes. */
  void note(String text) {
    out.flush();
    err.println(VisibleText.uncut(text));
    err.flush();
  }

  void stackTrace(Throwable thrown) {
    out.flush();
    thrown.printStackTrace(err);
    err.flush();
  }

  void flush() {
    out.flush();
    err.flush();
  }

  /** Whether something for standard output could not be written so far. */
  boolean lostOutput() {
    return checked.failure().isPresent();
  }

  /**
   * Everything for standard output is written, or the command ends: it would go on for a reader who
   * will never learn of it.
   *
   * @throws OutputLostException when something could not be written
   */
  void requireOutput() {
    flush();
    if (lostOutput()) {
      throw new OutputLostException();
    }
  }

  /**
   * The end of a command: says in a line when something for standard output could not be written.
   *
   * @return the exit code, which is then never that of a success
   */
  int finish(int exitCode) {
    flush();
    if (!lostOutput()) {
      return exitCode;
    }
    String why = checked.failure().map(FileErrors::reason).orElse("");
    note("owf: standard output can't be written: " + why + ".");
    return exitCode == ExitCode.FINE ? ExitCode.FAILED : exitCode;
  }

  /** For picocli, which prints usage by itself. */
  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }
}
