package dev.agentworkflows.store;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The one writer of a database: a thread that takes whatever waits and commits it as one
 * transaction, so that durability costs one sync for a batch and not for a row.
 *
 * <p>{@link #write} may be called from any thread and does not block. A change that fails takes
 * none of its batch along; a commit that fails takes all of it. {@link #close} ends the thread once
 * it has written what was asked for.
 */
final class GroupCommitWriter implements AutoCloseable {
  /** Bounds how long the first of a batch waits for the last. */
  private static final int MAX_BATCH = 1_000;

  /** Changes the database. Applied again when another change of its batch had failed. */
  @FunctionalInterface
  interface Change {
    void apply(WriteSession session) throws SQLException;
  }

  private record Write(Change change, CompletableFuture<Void> done) {}

  /** How far a transaction came. */
  private enum Stage {
    BEGINNING,
    APPLYING,
    COMMITTING
  }

  private final WriteSession session;
  private final Function<Throwable, StoreException> explain;
  private final ArrayDeque<Write> waiting = new ArrayDeque<>();
  private final Thread thread;
  private boolean closed;

  /**
   * @param explain turns what went wrong into what people are told
   */
  GroupCommitWriter(
      String name, WriteSession session, Function<Throwable, StoreException> explain) {
    this.session = session;
    this.explain = explain;
    this.thread = new Thread(this::writeUntilClosed, name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Completes on the writer's thread, after the commit. */
  CompletableFuture<Void> write(Change change) {
    Write write = new Write(change, new CompletableFuture<>());
    synchronized (waiting) {
      if (closed) {
        return CompletableFuture.failedFuture(new StoreException("The store is closed."));
      }
      waiting.add(write);
      waiting.notifyAll();
    }
    return write.done;
  }

  @Override
  public void close() {
    synchronized (waiting) {
      closed = true;
      waiting.notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive() && Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whatever goes wrong, memory that ran out included: others wait for their writes. */
  private void writeUntilClosed() {
    boolean more = true;
    while (more) {
      List<Write> batch = List.of();
      try {
        batch = next();
        more = !batch.isEmpty();
        write(batch);
      } catch (RuntimeException | Error e) {
        for (Write write : batch) {
          write.done.completeExceptionally(e);
        }
      }
    }
  }

  /** What waits now, once something does; empty when closed and drained. */
  private List<Write> next() {
    synchronized (waiting) {
      while (waiting.isEmpty() && !closed) {
        try {
          waiting.wait();
        } catch (InterruptedException e) {
          // Nobody's to interrupt but a stray continuation: only close() ends this thread.
        }
      }
      List<Write> batch = new ArrayList<>(Math.min(waiting.size(), MAX_BATCH));
      while (batch.size() < MAX_BATCH && !waiting.isEmpty()) {
        batch.add(waiting.remove());
      }
      return batch;
    }
  }

  private void write(List<Write> batch) {
    if (batch.isEmpty()) {
      return;
    }
    Stage stage = Stage.BEGINNING;
    try {
      session.begin();
      stage = Stage.APPLYING;
      for (Write write : batch) {
        write.change.apply(session);
      }
      stage = Stage.COMMITTING;
      session.commit();
    } catch (SQLException | RuntimeException | Error e) {
      abandon(e);
      if (stage == Stage.APPLYING && batch.size() > 1) {
        // One of them is to blame. Alone, it fails alone.
        batch.forEach(write -> write(List.of(write)));
      } else {
        StoreException failure = explain.apply(e);
        batch.forEach(write -> write.done.completeExceptionally(failure));
      }
      return;
    }
    batch.forEach(write -> write.done.complete(null));
  }

  private void abandon(Throwable failure) {
    try {
      session.rollBack();
    } catch (SQLException | RuntimeException e) {
      // SQLite has rolled back already, or never began.
      failure.addSuppressed(e);
    }
  }
}
