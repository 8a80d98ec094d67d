package dev.agentworkflows.coordinator.worktree;

import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who may work in a worktree: one who changes it, alone, or any number who only read. In the order
 * in which they asked, in this process; over processes by a lock of the operating system, which
 * ends with the process however it ends. Thread-safe; who waits for others of this process holds no
 * thread.
 */
public final class WorktreeTurn implements AutoCloseable {

  /** Asks again whether another process is out. */
  private static final Duration POLL = Duration.ofMillis(20);

  /** By the worktree's place; guarded by itself, as all that the queues hold. */
  private static final Map<Path, Queue> QUEUES = new HashMap<>();

  private final Queue queue;
  private final String user;
  private final boolean changing;
  private final CompletableFuture<WorktreeTurn> granted = new CompletableFuture<>();
  private final Set<String> companions = new TreeSet<>();
  private boolean holdsFile;
  private boolean over;

  private WorktreeTurn(Queue queue, String user, boolean changing) {
    this.queue = queue;
    this.user = user;
    this.changing = changing;
  }

  private static final class Queue {
    final Worktree worktree;
    final Deque<WorktreeTurn> waiting = new ArrayDeque<>();
    final Set<WorktreeTurn> active = new HashSet<>();
    @Nullable FileLock file;
    int fileUsers;

    Queue(Worktree worktree) {
      this.worktree = worktree;
    }

    boolean admits(WorktreeTurn next) {
      return active.isEmpty()
          || !next.changing && active.stream().noneMatch(other -> other.changing);
    }
  }

  /**
   * Asks for a turn.
   *
   * @param user who asks, for those who wait
   * @param changing alone, because files may be changed
   * @return must be closed, also when its turn never comes
   */
  public static WorktreeTurn request(Worktree worktree, String user, boolean changing) {
    WorktreeTurn turn;
    synchronized (QUEUES) {
      Queue queue = QUEUES.computeIfAbsent(worktree.path(), path -> new Queue(worktree));
      turn = new WorktreeTurn(queue, user, changing);
      queue.waiting.add(turn);
    }
    turn.queueMoves();
    return turn;
  }

  /**
   * A turn to change a worktree, if nobody works there now. Makes no file.
   *
   * @return empty when somebody does, in this process or another
   */
  public static Optional<WorktreeTurn> tryChanging(Worktree worktree, String user)
      throws GitException {
    WorktreeTurn turn;
    synchronized (QUEUES) {
      if (QUEUES.containsKey(worktree.path())) {
        return Optional.empty();
      }
      turn = request(worktree, user, true);
    }
    try {
      if (!WorktreeLockFile.exists(worktree) || turn.tryFile()) {
        return Optional.of(turn);
      }
    } catch (GitException | RuntimeException e) {
      turn.close();
      throw e;
    }
    turn.close();
    return Optional.empty();
  }

  /**
   * Completes with this when the turn has come, on the thread of whoever was there before. Who no
   * longer wants it completes it exceptionally.
   */
  public CompletableFuture<WorktreeTurn> granted() {
    return granted;
  }

  /** The calls that are in the way now, for people. */
  public String inTheWay() {
    synchronized (QUEUES) {
      Set<String> users = new TreeSet<>();
      queue.active.forEach(turn -> users.add(turn.user));
      return String.join(", ", users);
    }
  }

  /** Who else read in the worktree while this turn lasted. */
  public Set<String> companions() {
    synchronized (QUEUES) {
      return Set.copyOf(companions);
    }
  }

  /**
   * Waits until no other process works in the worktree; blocks. Only in a turn that has come.
   *
   * @throws GitException when that can't be told
   */
  public void keepOthersOut() throws GitException, InterruptedException {
    while (!tryFile()) {
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }

  private boolean tryFile() throws GitException {
    synchronized (QUEUES) {
      if (holdsFile) {
        return true;
      }
      if (queue.file == null) {
        queue.file = WorktreeLockFile.tryLock(queue.worktree, !changing);
      }
      holdsFile = queue.file != null;
      queue.fileUsers += holdsFile ? 1 : 0;
      return holdsFile;
    }
  }

  /** Ends the turn, or the wait for it; any number of times. */
  @Override
  public void close() {
    synchronized (QUEUES) {
      if (over) {
        return;
      }
      over = true;
      queue.waiting.remove(this);
      queue.active.remove(this);
      if (holdsFile && --queue.fileUsers == 0 && queue.file != null) {
        WorktreeLockFile.release(queue.worktree, queue.file);
        queue.file = null;
      }
    }
    granted.cancel(false);
    queueMoves();
  }

  /** Lets in who may work now. */
  private void queueMoves() {
    List<WorktreeTurn> come = new ArrayList<>();
    synchronized (QUEUES) {
      WorktreeTurn next = queue.waiting.peek();
      while (next != null && (next.granted.isDone() || queue.admits(next))) {
        queue.waiting.remove();
        if (!next.granted.isDone()) {
          for (WorktreeTurn other : queue.active) {
            other.companions.add(next.user);
            next.companions.add(other.user);
          }
          queue.active.add(next);
          come.add(next);
        }
        next = queue.waiting.peek();
      }
      if (queue.waiting.isEmpty() && queue.active.isEmpty()) {
        QUEUES.remove(queue.worktree.path(), queue);
      }
    }
    // Not under the lock: whatever waits for a turn goes on here.
    for (WorktreeTurn turn : come) {
      if (!turn.granted.complete(turn)) {
        turn.close();
      }
    }
  }
}
