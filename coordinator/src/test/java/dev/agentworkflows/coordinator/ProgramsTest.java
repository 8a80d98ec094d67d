package dev.agentworkflows.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which program a name leads to, and what becomes of one that is asked. */
class ProgramsTest {

  private static final Path SHELL = Path.of("/bin/sh");
  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir private Path directory;

  @Test
  void whatIsInTheWorkingDirectoryIsNoProgramOfTheUsers() throws Exception {
    Path here = Path.of("").toAbsolutePath();
    Path program = Files.createTempFile(here, "planted", "");
    try {
      assertThat(program.toFile().setExecutable(true)).isTrue();
      String name = String.valueOf(program.getFileName());
      for (String path : new String[] {"", ":", ".", "./", directory + ":", ":" + directory}) {
        assertThat(new Programs(Map.of("PATH", path)).find(name)).as(path).isEmpty();
      }
      assertThat(new Programs(Map.of("PATH", ":" + here)).find(name)).contains(program);
    } finally {
      Files.delete(program);
    }
  }

  @Test
  @Timeout(40)
  void aProgramThatFillsItsPipeComesToItsEnd() throws Exception {
    Programs.Answer answer =
        Programs.run(LONG, SHELL, "-c", "echo begun; head -c 1000000 /dev/zero; exit 3");

    assertThat(answer.line()).startsWith("begun");
    assertThat(answer.said()).hasSizeLessThanOrEqualTo(4096);
    assertThat(answer.fine()).isFalse();
  }

  @Test
  @Timeout(40)
  void aChildThatHoldsThePipeIsNotWaitedFor() throws Exception {
    Programs.Answer answer = Programs.run(LONG, SHELL, "-c", "sleep 60 & echo pid=$!");

    ProcessHandle.of(Long.parseLong(answer.behind("pid=").orElseThrow()))
        .ifPresent(ProcessHandle::destroyForcibly);
    assertThat(answer.fine()).isTrue();
  }

  @Test
  @Timeout(40)
  void aProgramThatHangsIsEndedAtItsLimit() throws Exception {
    Path pid = directory.resolve("pid");
    Programs.Answer answer =
        Programs.run(
            Duration.ofSeconds(1), SHELL, "-c", "echo $$ > " + pid + "; while :; do echo x; done");

    assertThat(answer).isEqualTo(new Programs.Answer(false, "no answer within 1 seconds"));
    ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))
        .ifPresent(ended -> ended.onExit().orTimeout(20, TimeUnit.SECONDS).join());
  }

  @Test
  void aPathKeepsItsAbsolutePartsInTheirOrder() {
    assertThat(Programs.absolutePath(Map.of("PATH", ":/b:.:/a::bin:"))).isEqualTo("/b:/a");
    assertThat(Programs.absolutePath(Map.of())).isEqualTo("/usr/bin:/bin");
  }
}
