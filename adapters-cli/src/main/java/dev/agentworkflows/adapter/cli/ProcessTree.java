package dev.agentworkflows.adapter.cli;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * All processes of one call: those that carry its mark, those that were started by one of them, and
 * those that were once seen to be either. Used by one thread.
 *
 * <p>The mark finds what was reparented; parenthood finds what was started with another
 * environment. Only a process that has both left its parents and emptied its environment before
 * anybody looked goes unseen.
 */
final class ProcessTree {

  /** For git to remove its lock files, and for an agent to end what it started. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** SIGKILL works at once, except for a process that the kernel holds. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final ProcessMark mark;

  /** In order: a program is to hear of its end before what it started ends under its hands. */
  private final Set<ProcessHandle> seen = new LinkedHashSet<>();

  private long since;
  private boolean gone;

  ProcessTree(ProcessMark mark) {
    this.mark = mark;
  }

  /** The first one, just started: all others are younger. */
  void root(ProcessHandle process) {
    seen.add(process);
    ProcStat stat = ProcStat.of(process.pid());
    since = stat == null ? 0 : stat.started();
  }

  /**
   * Asks all of them to end, then ends them, and returns when none is left: at the latest after
   * four seconds. Not cut short by an interruption, which is kept for the caller.
   */
  void end() {
    boolean interrupted = false;
    if (!gone && !probe().isEmpty()) {
      seen.forEach(ProcessHandle::destroy);
      interrupted = park(GRACE, ignored -> {});
      interrupted |= park(PATIENCE, process -> process.destroyForcibly());
    }
    gone = seen.isEmpty(); // Then nobody is left who could start another.
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until none is left, doing something to those that are; true when interrupted. */
  private boolean park(Duration atMost, Consumer<ProcessHandle> action) {
    boolean interrupted = false;
    long end = System.nanoTime() + atMost.toNanos();
    while (!probe().isEmpty() && System.nanoTime() - end < 0) {
      seen.forEach(action);
      // Looking at all processes costs more than asking whether the known ones are gone.
      for (int i = 0; i < 10 && seen.stream().anyMatch(ProcessTree::isRunning); i++) {
        LockSupport.parkNanos(PAUSE_NANOS);
        interrupted |= Thread.interrupted();
      }
    }
    return interrupted;
  }

  private Set<ProcessHandle> probe() {
    ProcessTable table = ProcessTable.read(mark, since);
    if (!add(table) && !table.isCertain()) {
      add(ProcessTable.read(mark, since));
    }
    return seen;
  }

  /** True when there are some that run. */
  private boolean add(ProcessTable table) {
    seen.removeIf(process -> !isRunning(process));
    for (long pid : table.family(seen.stream().map(ProcessHandle::pid).toList())) {
      ProcessHandle.of(pid).filter(ProcessTree::isRunning).ifPresent(seen::add);
    }
    return !seen.isEmpty();
  }

  static boolean isRunning(ProcessHandle process) {
    ProcStat stat = ProcStat.of(process.pid());
    return process.isAlive() && (stat == null || !stat.isZombie());
  }
}
