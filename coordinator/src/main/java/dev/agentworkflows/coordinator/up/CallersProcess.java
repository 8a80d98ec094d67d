package dev.agentworkflows.coordinator.up;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A child of a caller's process, as this one's own children are known: the caller tells of its
 * output and its end. It is ended from here, also when its caller is gone.
 */
final class CallersProcess extends Process {

  /** As a shell tells of one that was killed; of a process whose parent alone knew better. */
  private static final int KILLED = 137;

  private final long pid;
  private final Optional<ProcessHandle> handle;
  private final PieceInput output = new PieceInput();
  private final PieceInput errors = new PieceInput();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();

  CallersProcess(long pid) {
    this.pid = pid;
    // It knows when the process began: a number that the system has given to another is none.
    this.handle = ProcessHandle.of(pid);
  }

  PieceInput output() {
    return output;
  }

  PieceInput errors() {
    return errors;
  }

  /** The caller says how it has ended. */
  void ended(int code) {
    exit.complete(code);
  }

  /** Nobody can say how it ends any more. */
  void lost() {
    output.end();
    errors.end();
    handle.ifPresent(ProcessHandle::destroyForcibly);
    exit.complete(KILLED);
  }

  @Override
  public OutputStream getOutputStream() {
    return OutputStream.nullOutputStream();
  }

  @Override
  public InputStream getInputStream() {
    return output;
  }

  @Override
  public InputStream getErrorStream() {
    return errors;
  }

  @Override
  public int waitFor() throws InterruptedException {
    try {
      return exit.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean waitFor(long time, TimeUnit unit) throws InterruptedException {
    try {
      exit.get(time, unit);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int exitValue() {
    if (!exit.isDone()) {
      throw new IllegalThreadStateException("process " + pid + " has not ended");
    }
    return exit.join();
  }

  @Override
  public boolean isAlive() {
    return !exit.isDone();
  }

  @Override
  public void destroy() {
    handle.ifPresent(ProcessHandle::destroy);
  }

  @Override
  public Process destroyForcibly() {
    handle.ifPresent(ProcessHandle::destroyForcibly);
    return this;
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public ProcessHandle toHandle() {
    return handle.orElseThrow(() -> new IllegalStateException("process " + pid + " has ended"));
  }

  @Override
  public CompletableFuture<Process> onExit() {
    return exit.thenApply(code -> this);
  }
}
