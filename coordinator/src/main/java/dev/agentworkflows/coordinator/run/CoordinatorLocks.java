package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.home.RegularFiles;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.store.Store;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Which coordinators are alive. Each holds an operating-system lock on a file of its own, which
 * ends with the process however it ends.
 */
public final class CoordinatorLocks {

  private static final Pattern NAME = Pattern.compile("\\d{1,10}-[0-9a-f]{8}");
  private static final Set<String> HELD_HERE = ConcurrentHashMap.newKeySet();

  private CoordinatorLocks() {}

  /** This process as an owner of runs, until it is closed or the process ends. */
  public static final class Owner implements AutoCloseable {
    private final String name;
    private final Path file;
    private final FileChannel channel;

    private Owner(String name, Path file, FileChannel channel) {
      this.name = name;
      this.file = file;
      this.channel = channel;
    }

    public String name() {
      return name;
    }

    @Override
    public void close() {
      try {
        Files.deleteIfExists(file);
        channel.close();
      } catch (IOException e) {
        // The lock ends with the process at the latest; a file without one reads as dead.
        System.getLogger(CoordinatorLocks.class.getName())
            .log(System.Logger.Level.DEBUG, "lock file left", e);
      } finally {
        HELD_HERE.remove(name);
      }
    }
  }

  /** Takes a lock file for this process. */
  public static Owner enter(WorkflowHome home) {
    String name =
        ProcessHandle.current().pid() + "-" + UUID.randomUUID().toString().substring(0, 8);
    Path file = home.owners().resolve(name);
    try {
      PrivateFiles.createDirectoriesBelow(home.directory(), home.owners());
      PrivateFiles.write(file, new byte[0]);
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      channel.lock();
      HELD_HERE.add(name);
      return new Owner(name, file, channel);
    } catch (IOException e) {
      throw new RefusedException(
          new HomeRefusal.NotWritable(home.directory(), FileErrors.reason(e)), e);
    }
  }

  /** Marks the runs of owners that are gone as interrupted. Blocks until that is durable. */
  public static void markOrphanedRunsInterrupted(WorkflowHome home, Store store, Clock clock) {
    List<String> dead =
        store.reader().ownersOfRunningRuns().stream()
            .filter(owner -> !isAlive(home, owner))
            .toList();
    if (!dead.isEmpty()) {
      store.writer().interruptRunsOf(dead, clock.instant()).join();
    }
  }

  /** One thread at a time: a process can't ask twice at once for the lock of one file. */
  private static synchronized boolean isAlive(WorkflowHome home, String owner) {
    // Closing any channel to a file gives up the whole process's lock on it: leave one's own alone.
    if (HELD_HERE.contains(owner)) {
      return true;
    }
    // A row may hold anything: what is no name of a lock file is no owner, and no path is made of
    // it.
    if (!NAME.matcher(owner).matches()) {
      return false;
    }
    Path file = home.owners().resolve(owner);
    if (RegularFiles.isOther(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return true;
      }
      Files.deleteIfExists(file);
      return false;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      return isLockedAsFarAsReadingTells(file);
    }
  }

  /** In a home that can only be read, a shared lock tells as much. */
  private static boolean isLockedAsFarAsReadingTells(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock == null;
    } catch (IOException e) {
      // Not to be told: better shown as running than a live run declared dead.
      return true;
    }
  }
}
