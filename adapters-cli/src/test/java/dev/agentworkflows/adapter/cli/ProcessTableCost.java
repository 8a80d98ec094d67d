package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Measures what the end of a call costs on a busy machine. Not run by the build: see the docs. */
class ProcessTableCost {

  /** Far above what was measured, and below what would be felt at the end of a call. */
  private static final Duration TOO_MUCH = Duration.ofMillis(50);

  private static final int ROUNDS = 20;

  @Test
  void aLookAtAllProcessesIsCheap() throws Exception {
    List<Process> sleepers = new ArrayList<>();
    try {
      for (int i = 0; i < Integer.getInteger("processes", 1000); i++) {
        sleepers.add(new ProcessBuilder("sleep", "300").start());
      }
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      List<Duration> cpu = new ArrayList<>();
      List<Duration> wall = new ArrayList<>();
      for (int i = 0; i < ROUNDS; i++) {
        ProcessTree tree = treeOfOneThatHasEnded();
        long cpuBefore = threads.getCurrentThreadCpuTime();
        long before = System.nanoTime();
        tree.end();
        wall.add(Duration.ofNanos(System.nanoTime() - before));
        cpu.add(Duration.ofNanos(threads.getCurrentThreadCpuTime() - cpuBefore));
      }
      System.out.printf("CPU: first %s, median %s%n", cpu.get(0), median(cpu));
      System.out.printf("time: first %s, median %s%n", wall.get(0), median(wall));
      assertThat(median(cpu)).isLessThan(TOO_MUCH);
    } finally {
      sleepers.forEach(Process::destroyForcibly);
    }
  }

  private static ProcessTree treeOfOneThatHasEnded() throws Exception {
    Process program = new ProcessBuilder("sleep", "0.1").start();
    ProcessTree tree = new ProcessTree(ProcessMark.fresh());
    tree.root(program.toHandle());
    program.waitFor();
    return tree;
  }

  private static Duration median(List<Duration> figures) {
    List<Duration> sorted = new ArrayList<>(figures);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
