package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.VisibleText;
import dev.agentworkflows.coordinator.secret.RedactedOutput;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.GeneralizedUtf8;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where commands write: what was asked for to standard output, problems and progress to the other.
 * No key gets through, also not one that is in what the user typed, or in his own files.
 */
public final class Screen {

  private static final int BUFFER = 1 << 16;

  private final PrintStream out;
  private final PrintStream err;
  private final Supplier<Redactor> usual;
  private final BooleanSupplier terminal;
  private @Nullable Redactor redactor;
  private boolean document;

  private Screen(
      OutputStream out, OutputStream err, Supplier<Redactor> usual, BooleanSupplier terminal) {
    this.out = stream(new RedactedOutput(out, BUFFER, this::redactor));
    this.err = stream(new RedactedOutput(err, 0, this::redactor));
    this.usual = usual;
    this.terminal = terminal;
  }

  /**
   * The process's own streams, in UTF-8 whatever the locale.
   *
   * @param usual knows the keys that can be told before adapters are looked at; asked once, late
   */
  static Screen ofProcess(Supplier<Redactor> usual) {
    return new Screen(
        new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err),
        usual,
        Screen::isTerminal);
  }

  /** Streams of somebody else's. */
  static Screen on(OutputStream out, OutputStream err, Redactor redactor) {
    return on(out, err, redactor, false);
  }

  /**
   * Streams of somebody else's.
   *
   * @param terminal whether people look at the first
   */
  static Screen on(OutputStream out, OutputStream err, Redactor redactor, boolean terminal) {
    return new Screen(out, err, () -> redactor, () -> terminal);
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

  /**
   * Whether people look at the process's standard output. The launcher can tell; without it, only
   * what is a terminal both ways is known to be one.
   */
  static boolean isTerminal() {
    return Boolean.getBoolean("owf.stdout.terminal") || TerminalApproval.hasTerminal();
  }

  /** Whether people look at what goes to standard output here. */
  boolean onTerminal() {
    return terminal.getAsBoolean();
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
    document = true;
    out.print(Json.writePretty(node));
  }

  /** Whether a document is on standard output, where a second one would spoil it. */
  boolean hasDocument() {
    return document;
  }

  /** A line about how it goes. */
  void note(String text) {
    out.flush();
    err.println(VisibleText.uncut(text));
    err.flush();
  }

  /** A frame of progress, with the control characters that it needs. */
  void draw(String frame) {
    out.flush();
    err.print(frame);
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

  /** For picocli, which prints usage by itself. */
  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }
}
