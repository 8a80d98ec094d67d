package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.RegularFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One at a time in a repository, over all coordinators of this machine: git's own locks make those
 * that come second fail instead of wait. An operating-system lock on a file in the repository's git
 * directory, which ends with the process however it ends.
 */
final class RepositoryLock implements AutoCloseable {

  private static final String FILE = "owf.lock";

  /** The operating system can wait, but not for a while only. */
  private static final Duration POLL = Duration.ofMillis(5);

  /** The operating system's lock is the process's: its threads wait for each other here. */
  private static final Map<Path, ThreadLock> THREAD_LOCKS = new ConcurrentHashMap<>();

  /** Of one repository, as long as somebody holds it or waits for it. */
  private static final class ThreadLock {
    private final ReentrantLock lock = new ReentrantLock(true);

    /** Counted within the map's own operations, which are atomic for each repository. */
    private int users;

    static ThreadLock enter(Path commonDirectory) {
      return THREAD_LOCKS.compute(
          commonDirectory,
          (directory, present) -> {
            ThreadLock entered = present == null ? new ThreadLock() : present;
            entered.users++;
            return entered;
          });
    }

    static void leave(Path commonDirectory) {
      THREAD_LOCKS.computeIfPresent(
          commonDirectory, (directory, left) -> --left.users == 0 ? null : left);
    }
  }

  private final Path commonDirectory;
  private final ReentrantLock threadLock;
  private final FileChannel channel;

  private RepositoryLock(Path commonDirectory, ReentrantLock threadLock, FileChannel channel) {
    this.commonDirectory = commonDirectory;
    this.threadLock = threadLock;
    this.channel = channel;
  }

  /** How many repositories are locked or waited for now. */
  static int inUse() {
    return THREAD_LOCKS.size();
  }

  /**
   * Waits for its turn.
   *
   * @param commonDirectory the repository's own git directory, shared by its worktrees
   * @param patience how long to wait at most
   */
  static RepositoryLock take(Path commonDirectory, Duration patience)
      throws GitException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    ReentrantLock threadLock = ThreadLock.enter(commonDirectory).lock;
    try {
      if (!threadLock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw busy(commonDirectory, patience);
      }
      try {
        FileChannel channel = lock(commonDirectory.resolve(FILE), deadline);
        if (channel == null) {
          throw busy(commonDirectory, patience);
        }
        return new RepositoryLock(commonDirectory, threadLock, channel);
      } catch (GitException | InterruptedException | RuntimeException | Error e) {
        threadLock.unlock();
        throw e;
      }
    } catch (GitException | InterruptedException | RuntimeException | Error e) {
      ThreadLock.leave(commonDirectory);
      throw e;
    }
  }

  private static GitException busy(Path commonDirectory, Duration patience) {
    return new GitException(
        "another coordinator has been at work in "
            + commonDirectory
            + " for "
            + patience.toSeconds()
            + " s: a hook of the repository that hangs, perhaps");
  }

  /** Null when the time is over. */
  private static @Nullable FileChannel lock(Path file, long deadline)
      throws GitException, InterruptedException {
    // Agents can write there: a pipe would be waited for without end, a link be followed.
    if (RegularFiles.isOther(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new GitException(file + " is no regular file. Look at it, and move it away");
    }
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      try {
        while (channel.tryLock() == null) {
          if (System.nanoTime() - deadline >= 0) {
            channel.close();
            return null;
          }
          TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
        }
        return channel;
      } catch (IOException | InterruptedException | RuntimeException | Error e) {
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
              + FileErrors.reason(e)
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
      threadLock.unlock();
      ThreadLock.leave(commonDirectory);
    }
  }
}
