package dev.agentworkflows.coordinator.up;

import dev.agentworkflows.coordinator.Causes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A caller at the other end of a connection. Thread-safe. */
final class SocketCaller implements Caller {

  /** How long it may take to start a program. */
  private static final long STARTING_SECONDS = 20;

  /** How often it is asked whether something was typed. */
  private static final long POLL_INTERVAL_MS = 50;

  private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

  private final SocketChannel channel;
  private final OutputStream output;
  private final OutputStream errors;
  private final CompletableFuture<CallersProcess> child = new CompletableFuture<>();
  private final List<Runnable> atSignal = new ArrayList<>();
  private final StringBuilder typed = new StringBuilder();
  private boolean typedAll;
  private boolean signalled;
  private boolean listening;
  private boolean released;
  private int columns;
  private int rows;

  SocketCaller(SocketChannel channel, TerminalFacts terminal) {
    this.channel = channel;
    this.output = new PieceOutput(channel, SocketMessages.OUT);
    this.errors = new PieceOutput(channel, SocketMessages.ERR);
    this.columns = terminal.columns();
    this.rows = terminal.rows();
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public OutputStream errors() {
    return errors;
  }

  @Override
  public synchronized int columns() {
    return columns;
  }

  @Override
  public synchronized int rows() {
    return rows;
  }

  @Override
  public Process start(ProcessBuilder program) throws IOException {
    synchronized (this) {
      if (listening) {
        throw new IllegalStateException("a caller has one child");
      }
      listening = true;
    }
    send(SocketMessages.START, SocketMessages.words(startOf(program)));
    Thread listener = new Thread(this::listen, "up-messages");
    listener.setDaemon(true);
    listener.start();
    try {
      return child.get(STARTING_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the process that was asked to start it does not answer", e);
    } catch (ExecutionException e) {
      throw new IOException(Causes.of(e).getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static List<String> startOf(ProcessBuilder program) {
    List<String> words = new ArrayList<>();
    words.add(
        letter(program.redirectInput())
            + letter(program.redirectOutput())
            + (program.redirectErrorStream() ? "o" : letter(program.redirectError())));
    words.add(Integer.toString(program.command().size()));
    words.addAll(program.command());
    for (Map.Entry<String, String> variable : program.environment().entrySet()) {
      words.add(variable.getKey() + "=" + variable.getValue());
    }
    return words;
  }

  private static String letter(ProcessBuilder.Redirect stream) {
    return switch (stream.type()) {
      case INHERIT -> "i";
      case PIPE -> "p";
      default -> "n";
    };
  }

  private void send(char kind, byte[] bytes) throws IOException {
    synchronized (channel) {
      SocketMessages.writeWhole(channel, kind, bytes);
    }
  }

  private void listen() {
    try {
      while (true) {
        SocketMessages.Message message = SocketMessages.readMessage(channel);
        take(message.kind(), message.bytes());
      }
    } catch (IOException | RuntimeException e) {
      // It has gone, or is none of ours.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lost();
    }
  }

  private void take(char kind, byte[] bytes) throws InterruptedException {
    switch (kind) {
      case SocketMessages.OUT -> started().output().add(bytes);
      case SocketMessages.ERR -> started().errors().add(bytes);
      case SocketMessages.STARTED -> child.complete(new CallersProcess(number(bytes)));
      case SocketMessages.NOT_STARTED ->
          child.completeExceptionally(new IOException(new String(bytes, StandardCharsets.UTF_8)));
      case SocketMessages.ENDED -> started().ended(number(bytes));
      case SocketMessages.SIGNAL -> signal();
      case SocketMessages.TYPED -> typed(bytes);
      case SocketMessages.SIZE -> size(new String(bytes, StandardCharsets.US_ASCII));
      default -> throw new IllegalArgumentException("a message of another kind: " + kind);
    }
  }

  private CallersProcess started() {
    if (!child.isDone()) {
      throw new IllegalStateException("a message about a program that was not started");
    }
    return child.join();
  }

  private static int number(byte[] bytes) {
    return Integer.parseInt(new String(bytes, StandardCharsets.US_ASCII));
  }

  private void lost() {
    child.completeExceptionally(new IOException("the process that was asked to start it is gone"));
    if (!child.isCompletedExceptionally()) {
      child.join().lost();
    }
    synchronized (this) {
      typedAll = true;
      notifyAll();
    }
  }

  /** Whether a script goes on: in a program that it was asked to start, or without it. */
  synchronized boolean hasScript() {
    return released
        || child.isDone() && !child.isCompletedExceptionally() && child.join().isAlive();
  }

  @Override
  public Runnable atSignal(Runnable action) {
    synchronized (this) {
      if (!signalled) {
        atSignal.add(action);
        return () -> forget(action);
      }
    }
    begin(action);
    return () -> {};
  }

  private synchronized void forget(Runnable action) {
    atSignal.remove(action);
  }

  /** Ends the command as a signal to a process of its own would. */
  void signal() {
    List<Runnable> actions;
    synchronized (this) {
      signalled = true;
      actions = List.copyOf(atSignal);
      atSignal.clear();
    }
    actions.forEach(SocketCaller::begin);
  }

  private static void begin(Runnable action) {
    Thread thread = new Thread(action, "signal");
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized void size(String word) {
    Matcher parts = SIZE.matcher(word);
    if (parts.matches()) {
      columns = Integer.parseInt(parts.group(1));
      rows = Integer.parseInt(parts.group(2));
    }
  }

  private synchronized void typed(byte[] bytes) {
    // A terminal gives whole lines, and so whole characters.
    typed.append(new String(bytes, StandardCharsets.UTF_8));
    typedAll |= bytes.length == 0;
    notifyAll();
  }

  @Override
  public boolean hasLine() throws IOException {
    synchronized (this) {
      if (typedAll || typed.indexOf("\n") >= 0) {
        return true;
      }
    }
    send(SocketMessages.ASK, new byte[0]);
    return false;
  }

  @Override
  public @Nullable String readLine() throws IOException {
    while (!hasLine()) {
      synchronized (this) {
        try {
          wait(POLL_INTERVAL_MS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    }
    return takeLine();
  }

  private synchronized @Nullable String takeLine() {
    int end = typed.indexOf("\n");
    if (end < 0 && typed.isEmpty()) {
      return null;
    }
    String line = typed.substring(0, end < 0 ? typed.length() : end);
    typed.delete(0, end < 0 ? typed.length() : end + 1);
    return line;
  }

  @Override
  public void release(int exitCode) throws IOException {
    synchronized (this) {
      released = true;
    }
    send(SocketMessages.EXIT, Integer.toString(exitCode).getBytes(StandardCharsets.US_ASCII));
    channel.close();
  }
}
