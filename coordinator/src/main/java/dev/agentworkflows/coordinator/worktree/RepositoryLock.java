package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileTrouble;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One at a time in a repository, over all coordinators of this machine: git's own locks make those
 * that come second fail instead of wait. An operating-system lock on a file in the repository's git
 * directory, which ends with the process however it ends.
 */
final class RepositoryLock implements AutoCloseable {

  private static final String FILE = "owf.lock";

  /** The operating system's lock is the process's: its threads take turns by themselves. */
  private static final Map<Path, ReentrantLock> TURNS = new ConcurrentHashMap<>();

  private final ReentrantLock turn;
  private final FileChannel channel;

  private RepositoryLock(ReentrantLock turn, FileChannel channel) {
    this.turn = turn;
    this.channel = channel;
  }

  /**
   * Waits for its turn.
   *
   * @param commonDirectory the repository's own git directory, shared by its worktrees
   */
  static RepositoryLock take(Path commonDirectory) throws GitException, InterruptedException {
    ReentrantLock turn =
        TURNS.computeIfAbsent(commonDirectory, directory -> new ReentrantLock(true));
    turn.lockInterruptibly();
    try {
      return new RepositoryLock(turn, lock(commonDirectory.resolve(FILE)));
    } catch (GitException | InterruptedException | RuntimeException | Error e) {
      turn.unlock();
      throw e;
    }
  }

  private static FileChannel lock(Path file) throws GitException, InterruptedException {
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        channel.lock();
        return channel;
      } catch (IOException | RuntimeException | Error e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for " + file);
      }
      throw new GitException(
          "cannot write to the repository's git directory "
              + file.getParent()
              + ": "
              + FileTrouble.reason(e)
              + ". Make room there, or see that you may write to it",
          e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written through it.
      System.getLogger(RepositoryLock.class.getName())
          .log(System.Logger.Level.DEBUG, "lock file", e);
    } finally {
      turn.unlock();
    }
  }
}
