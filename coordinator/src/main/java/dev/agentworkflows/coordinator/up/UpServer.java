package dev.agentworkflows.coordinator.up;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.UpRefusal;
import dev.agentworkflows.coordinator.home.RuntimeDirectory;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * Listens for commands of this user's other processes, on a socket in a directory that nobody else
 * can enter. The system names the user behind each connection, and another one's is closed.
 * Thread-safe.
 */
public final class UpServer implements AutoCloseable {

  private static final int MAX_CALLERS = 64;

  /** More than there are callers at most: whoever asks about it, or ends it, has a place left. */
  private static final int MAX_CONNECTIONS = 80;

  /** How long a request may take to arrive. */
  private static final Duration MAX_ARRIVAL = Duration.ofSeconds(10);

  /**
   * How long commands without a script may take to end when the coordinator does; at a signal, all
   * of them.
   */
  private static final Duration MAX_END = Duration.ofSeconds(10);

  /** After so long without a command, memory is given back. */
  private static final Duration QUIET_BEFORE_GC = Duration.ofSeconds(20);

  private static final Duration END_CHECK_INTERVAL = Duration.ofMillis(100);

  /** How often it looks whether anybody can find it. */
  private static final Duration CHECK_INTERVAL = Duration.ofMinutes(1);

  private final RuntimeDirectory where;
  private final Path socket;
  private final Object socketKey;
  private final FileChannel lock;
  private final ServerSocketChannel server;
  private final UserPrincipal user;
  private final CallersCommands commands;
  private final Duration idle;
  private final Instant since = Instant.now();
  private final List<SocketChannel> stoppers = new ArrayList<>();
  private final Set<SocketCaller> working = new HashSet<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "up-timer"));
  private int callers;
  private long carriedOut;
  private long idleSince = System.nanoTime();
  private boolean rested;
  private boolean stopping;
  private boolean signalled;

  private UpServer(
      RuntimeDirectory where,
      FileChannel lock,
      ServerSocketChannel server,
      CallersCommands commands,
      Duration idle)
      throws IOException {
    this.where = where;
    this.socket = where.socket();
    this.socketKey = key(socket);
    this.user = Files.getOwner(socket);
    this.lock = lock;
    this.server = server;
    this.commands = commands;
    this.idle = idle;
  }

  /**
   * Listens from now on.
   *
   * @param idle it ends after so long without a command; never when that is nothing
   * @return empty when there is such a coordinator already
   */
  public static Optional<UpServer> listen(
      RuntimeDirectory where, CallersCommands commands, Duration idle) {
    where.make();
    Path socket = where.socket();
    FileChannel lock = null;
    ServerSocketChannel server = null;
    try {
      lock = where.openLock();
      if (!tryTake(lock)) {
        lock.close();
        return Optional.empty();
      }
      // Whoever left it there is gone: its lock is.
      Files.deleteIfExists(socket);
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket), MAX_CALLERS);
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
      UpServer listening = new UpServer(where, lock, server, commands, idle);
      daemon(listening::accept, "up-accept").start();
      return Optional.of(listening);
    } catch (IOException | UnsupportedOperationException e) {
      close(server);
      close(lock);
      throw new RefusedException(new UpRefusal.CannotListen(socket, e.getMessage()), e);
    }
  }

  /** Takes the lock, unless another process has it, or another server of this one. */
  private static boolean tryTake(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  private static Object key(Path file) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey());
  }

  /**
   * Blocks until nobody has asked for anything for long enough, nobody can any more, or somebody
   * has it stop.
   */
  public void serve() throws InterruptedException {
    synchronized (this) {
      while (!stopping) {
        Duration quiet = Duration.ofNanos(System.nanoTime() - idleSince);
        if (callers > 0) {
          wait();
        } else if (!isSocketOurs() || !where.isCurrent()) {
          // The jar was built again, or the directory was removed as the user's session ended.
          stopping = true;
        } else if (!idle.isZero() && quiet.compareTo(idle) >= 0) {
          stopping = true;
        } else if (!rested && quiet.compareTo(QUIET_BEFORE_GC) >= 0) {
          rested = true;
          System.gc();
        } else {
          await(quiet);
        }
      }
    }
    // The next one may begin: what this one carries out, it carries to its end.
    closeDoor();
    awaitCommands();
  }

  private synchronized void awaitCommands() throws InterruptedException {
    long since = System.nanoTime();
    while (callers > 0 && System.nanoTime() - since < MAX_END.toNanos()) {
      if (!signalled && working.stream().anyMatch(SocketCaller::hasScript)) {
        since = System.nanoTime();
      }
      wait(END_CHECK_INTERVAL.toMillis());
    }
  }

  /** Until the next of what is to be done, or a change. */
  private void await(Duration quiet) throws InterruptedException {
    Duration next =
        rested || !idle.isZero() && idle.compareTo(QUIET_BEFORE_GC) < 0 ? idle : QUIET_BEFORE_GC;
    long left = next.isZero() ? CHECK_INTERVAL.toMillis() : next.minus(quiet).toMillis() + 1;
    // A wait of nothing would be one for ever.
    wait(Math.max(1, Math.min(left, CHECK_INTERVAL.toMillis())));
  }

  /** Commands that go on are waited for. */
  public synchronized void stop() {
    stopping = true;
    notifyAll();
  }

  /** As {@link #stop}; scripts are ended as by a signal to a command of their own. */
  public void stopAtSignal() {
    List<SocketCaller> signals;
    synchronized (this) {
      signalled = true;
      signals = List.copyOf(working);
    }
    signals.forEach(SocketCaller::signal);
    stop();
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel caller = server.accept();
        if (isOurs(caller) && enter()) {
          begin(caller);
        } else {
          close(caller);
        }
      } catch (IOException e) {
        pause();
      }
    }
  }

  /** In a thread of its own, for which there may be no room. */
  private void begin(SocketChannel caller) {
    try {
      daemon(() -> answer(caller), "up-caller").start();
    } catch (OutOfMemoryError e) {
      close(caller);
      leave(false);
    }
  }

  /** The process has no descriptor left, for instance. */
  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isOurs(SocketChannel caller) {
    try {
      return caller.getOption(ExtendedSocketOptions.SO_PEERCRED).user().equals(user);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private synchronized boolean enter() {
    if (stopping || callers >= MAX_CONNECTIONS) {
      return false;
    }
    callers++;
    rested = false;
    return true;
  }

  private synchronized boolean isFull() {
    return callers > MAX_CALLERS;
  }

  private synchronized void leave(boolean worked) {
    callers--;
    if (worked) {
      carriedOut++;
      idleSince = System.nanoTime();
    }
    notifyAll();
  }

  private void answer(SocketChannel caller) {
    boolean kept = false;
    boolean worked = false;
    try {
      List<String> words = request(caller);
      if (words != null && words.get(0).equals(SocketMessages.STOP)) {
        kept = stopFor(caller);
      } else if (words != null && words.get(0).equals(SocketMessages.STATUS)) {
        SocketMessages.writePiece(caller, SocketMessages.FACTS, facts());
      } else {
        worked = carryOut(words == null ? null : SocketMessages.command(words), caller);
      }
    } catch (IOException | RuntimeException e) {
      // The caller has left, or learns by the end of the connection that it got no exit code.
    } finally {
      if (!kept) {
        close(caller);
      }
      leave(worked);
    }
  }

  private @Nullable List<String> request(SocketChannel caller) throws IOException {
    Future<?> late =
        timer.schedule(() -> close(caller), MAX_ARRIVAL.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return SocketMessages.readRequest(caller);
    } finally {
      late.cancel(false);
    }
  }

  private boolean carryOut(@Nullable CallersCommand command, SocketChannel caller)
      throws IOException {
    if (command == null || isFull() || !commands.takes(command)) {
      SocketMessages.writePiece(caller, SocketMessages.NOT_HERE, "");
      return false;
    }
    SocketMessages.writePiece(caller, SocketMessages.TAKEN, "");
    SocketCaller other = new SocketCaller(caller, command.terminal());
    begin(other);
    try {
      int code = commands.carryOut(command, other);
      SocketMessages.writePiece(caller, SocketMessages.EXIT, Integer.toString(code));
    } finally {
      end(other);
    }
    return true;
  }

  private void begin(SocketCaller caller) {
    boolean late;
    synchronized (this) {
      working.add(caller);
      late = signalled;
    }
    if (late) {
      caller.signal();
    }
  }

  private synchronized void end(SocketCaller caller) {
    working.remove(caller);
  }

  /**
   * Told at once how many scripts go on, with which it ends; else the connection ends when all has.
   */
  private boolean stopFor(SocketChannel caller) throws IOException {
    long scripts;
    synchronized (this) {
      scripts = working.stream().filter(SocketCaller::hasScript).count();
      if (scripts == 0) {
        stoppers.add(caller);
      }
      stop();
    }
    if (scripts > 0) {
      SocketMessages.writePiece(caller, SocketMessages.FACTS, "scripts=" + scripts);
    }
    return scripts == 0;
  }

  private synchronized String facts() {
    return "pid=%d\nsince=%s\ncommands=%d\nidle_seconds=%d"
        .formatted(ProcessHandle.current().pid(), since, carriedOut, idle.toSeconds());
  }

  /** Whether the one in the directory is not another coordinator's, or nobody's. */
  private boolean isSocketOurs() {
    try {
      return key(socket).equals(socketKey);
    } catch (IOException e) {
      return false;
    }
  }

  /** Nobody finds it any more, and another one may begin. */
  private synchronized void closeDoor() {
    if (!server.isOpen()) {
      return;
    }
    try {
      // Before the socket is closed: its number in the file system could be another one's then.
      if (isSocketOurs()) {
        Files.deleteIfExists(socket);
      }
    } catch (IOException e) {
      // The next one deletes it.
    }
    close(server);
    close(lock);
  }

  @Override
  public void close() {
    closeDoor();
    timer.shutdownNow();
    synchronized (this) {
      stoppers.forEach(UpServer::close);
    }
  }

  private static void close(@Nullable AutoCloseable open) {
    try {
      if (open != null) {
        open.close();
      }
    } catch (Exception e) {
      // It is of no use any more.
    }
  }
}
