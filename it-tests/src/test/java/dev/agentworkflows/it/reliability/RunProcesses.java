package dev.agentworkflows.it.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The processes of one start of the product, however they were started: each has inherited a
 * variable with a value of its own. Linux only.
 */
final class RunProcesses {

  /** The environment variable that marks them. */
  static final String VARIABLE = "OWF_IT_START";

  /** CONTRACT: no agent goes on for a run that is over. */
  private static final Duration GONE_WITHIN = Duration.ofSeconds(5);

  /** Only the script's process is started with it. */
  private static final String OF_THE_SHIM = "OWF_RUN_TOKEN=";

  private final String mark = UUID.randomUUID().toString();

  static boolean canBeFound() {
    return Files.isReadable(Path.of("/proc/self/environ"));
  }

  String mark() {
    return mark;
  }

  /** The process that the test itself started. */
  Optional<ProcessHandle> coordinator() {
    return ProcessHandle.current().children().filter(this::isMarked).findFirst();
  }

  /** The script's process. */
  Optional<ProcessHandle> shim() {
    return all().stream().filter(process -> environment(process).contains(OF_THE_SHIM)).findFirst();
  }

  List<ProcessHandle> all() {
    return ProcessHandle.allProcesses().filter(this::isMarked).toList();
  }

  /** Waits until none is left; fails after the five seconds that are promised. */
  void awaitNone() {
    try {
      await("no process of the run is left")
          .atMost(GONE_WITHIN)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(20))
          .untilAsserted(() -> assertThat(all()).extracting(RunProcesses::commandLine).isEmpty());
    } finally {
      all().forEach(ProcessHandle::destroyForcibly);
    }
  }

  private boolean isMarked(ProcessHandle process) {
    return environment(process).contains(VARIABLE + "=" + mark);
  }

  private static String commandLine(ProcessHandle process) {
    return process.pid() + " " + process.info().commandLine().orElse("");
  }

  /** Empty when the process is gone, or is not ours to look at. */
  private static String environment(ProcessHandle process) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(process.pid()), "environ"));
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
