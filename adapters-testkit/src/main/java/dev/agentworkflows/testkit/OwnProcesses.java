package dev.agentworkflows.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** The processes that descend from this one, compared with an earlier moment. */
final class OwnProcesses {

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Set<ProcessHandle> before;

  private OwnProcesses(Set<ProcessHandle> before) {
    this.before = before;
  }

  static OwnProcesses now() {
    return new OwnProcesses(ProcessHandle.current().descendants().collect(Collectors.toSet()));
  }

  /** Those that came since and are still there when the time is up; empty as soon as none is. */
  List<String> left(Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    List<String> left = started();
    while (!left.isEmpty() && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(PAUSE_NANOS);
      left = started();
    }
    return left;
  }

  private List<String> started() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> !before.contains(process) && process.isAlive())
        .map(process -> process.pid() + " " + process.info().command().orElse("?"))
        .toList();
  }
}
