package dev.agentworkflows.adapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.testkit.StubbornProcesses;
import dev.agentworkflows.testkit.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ProcessTableTest {

  private enum Source {
    PROC {
      @Override
      ProcessTable read(ProcessMark mark) {
        return ProcessTable.ofProc(mark, 0);
      }
    },
    PS {
      @Override
      ProcessTable read(ProcessMark mark) {
        return ProcessTable.ofPs(mark);
      }
    };

    abstract ProcessTable read(ProcessMark mark);
  }

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  void aFamilyIsWhoCarriesTheMarkAndWhoDescendsFromThem(Source source) throws Exception {
    ProcessMark mark = ProcessMark.fresh();
    Path script =
        Scripts.sh(
            directory,
            "parent",
            StubbornProcesses.FUNCTIONS + "detached; unmarked; started 2; wait");
    ProcessBuilder builder = new ProcessBuilder(script.toString());
    mark.putInto(builder.environment());
    StubbornProcesses sleepers = new StubbornProcesses(directory);
    Process parent = builder.start();
    try {
      sleepers.await(2);
      ProcessTable table = source.read(mark);
      assertThat(table.family(List.of()))
          .contains(parent.pid())
          .containsAll(sleepers.pids())
          .doesNotContain(ProcessHandle.current().pid());
      assertThat(source.read(ProcessMark.fresh()).family(List.of())).isEmpty();
      assertThat(source.read(ProcessMark.fresh()).family(List.of(parent.pid())))
          .contains(parent.pid())
          .containsAnyElementsOf(sleepers.pids());
    } finally {
      sleepers.end();
      parent.destroyForcibly();
    }
    Waiting.until(() -> !parent.isAlive(), Duration.ofSeconds(5));
  }

  @Test
  void anEmptyEnvironmentMayHideTheMark() throws Exception {
    ProcessBuilder builder = new ProcessBuilder("/bin/sleep", "300");
    builder.environment().clear();
    Process process = builder.start();
    try {
      assertThat(ProcessTable.ofProc(ProcessMark.fresh(), 0).isCertain()).isFalse();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void olderProcessesAreLeftOut() throws Exception {
    ProcessMark mark = ProcessMark.fresh();
    ProcessBuilder builder = new ProcessBuilder("/bin/sleep", "300");
    mark.putInto(builder.environment());
    Process process = builder.start();
    try {
      Waiting.until(() -> carries(mark, process, 0), Duration.ofSeconds(5));
      ProcStat stat = Objects.requireNonNull(ProcStat.of(process.pid()));
      assertThat(carries(mark, process, stat.started())).isTrue();
      assertThat(carries(mark, process, stat.started() + 1)).isFalse();
    } finally {
      process.destroyForcibly();
    }
  }

  private static boolean carries(ProcessMark mark, Process process, long since) {
    return ProcessTable.ofProc(mark, since).family(List.of()).contains(process.pid());
  }
}
