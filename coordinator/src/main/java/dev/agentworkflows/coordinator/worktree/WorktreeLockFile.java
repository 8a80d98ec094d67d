package dev.agentworkflows.coordinator.worktree;

import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file that keeps other processes out of the worktrees of a run: one of its bytes for each
 * call. It is opened once in a process, since closing a file gives up all locks on it that the
 * process has.
 */
final class WorktreeLockFile {

  private static final String NAME = "worktrees.lock";

  /** Guarded by itself. */
  private static final Map<Path, WorktreeLockFile> OPEN = new HashMap<>();

  private final FileChannel channel;
  private int locks;

  private WorktreeLockFile(FileChannel channel) {
    this.channel = channel;
  }

  private static Path of(Worktree worktree) {
    return worktree.path().resolveSibling("").resolveSibling(NAME);
  }

  /** Where there is none, nobody has worked in a worktree of the run since such locks exist. */
  static boolean exists(Worktree worktree) {
    return Files.exists(of(worktree), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Locks a worktree that no other thread of this process works in.
   *
   * @param shared with others who only read
   * @return null when another process has it
   */
  static @Nullable FileLock tryLock(Worktree worktree, boolean shared) throws GitException {
    Path path = of(worktree);
    synchronized (OPEN) {
      WorktreeLockFile file = OPEN.get(path);
      try {
        if (file == null) {
          file = new WorktreeLockFile(PrivateFiles.openLock(path));
          OPEN.put(path, file);
        }
        file.locks++;
        FileLock lock = file.channel.tryLock(position(worktree), 1, shared);
        if (lock == null) {
          close(path, file);
        }
        return lock;
      } catch (IOException | RuntimeException e) {
        if (file != null) {
          close(path, file);
        }
        throw new GitException("cannot lock " + path + ": " + reason(e), e);
      }
    }
  }

  private static String reason(Exception e) {
    return e instanceof IOException io ? FileErrors.reason(io) : e.toString();
  }

  private static long position(Worktree worktree) {
    String call = worktree.callId();
    return Long.parseLong(call.substring(call.lastIndexOf('_') + 1));
  }

  static void release(Worktree worktree, FileLock lock) {
    Path path = of(worktree);
    synchronized (OPEN) {
      try {
        lock.release();
      } catch (IOException e) {
        // Closing the file ends it as well, at the latest with the process.
        debug(e);
      }
      WorktreeLockFile file = OPEN.get(path);
      if (file != null) {
        close(path, file);
      }
    }
  }

  private static void close(Path path, WorktreeLockFile file) {
    if (--file.locks > 0) {
      return;
    }
    OPEN.remove(path);
    try {
      file.channel.close();
    } catch (IOException e) {
      // Nothing was written through it.
      debug(e);
    }
  }

  private static void debug(IOException e) {
    System.getLogger(WorktreeLockFile.class.getName())
        .log(System.Logger.Level.DEBUG, "lock file", e);
  }
}
