package dev.agentworkflows.it.reliability;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class EndingsIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final AtomicInteger SIGNALS = new AtomicInteger();
  private static final AtomicInteger CALLS_SEEN = new AtomicInteger();
  private static final AtomicInteger LOSSES = new AtomicInteger();

  /** Far above what an end takes, far below the minute and more that the calls would. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final int QUICK = 20;

  private static final Map<String, String> HOW_SCRIPTS_HANG =
      Map.of(
          "a hundred calls are out",
          "await parallel([asking(f'slow {i}', 90_000) for i in range(100)])",
          "it blocks in time.sleep",
          "time.sleep(90)",
          "it swallows every exception",
          """
          while True:
                  try:
                      await asyncio.sleep(90)
                  except BaseException:
                      pass
          """);

  @AfterAll
  static void tellCounts() {
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("signals", SIGNALS);
    counts.put("finished calls seen", CALLS_SEEN);
    counts.put("losses", LOSSES);
    Counts.tell("EndingsIT", counts);
  }

  @ParameterizedTest(name = "{0} while {2}: exit code {1}")
  @CsvSource({
    "INT, 130, a hundred calls are out",
    "TERM, 143, a hundred calls are out",
    "INT, 130, it blocks in time.sleep",
    "TERM, 143, it blocks in time.sleep",
    "INT, 130, it swallows every exception",
    "TERM, 143, it swallows every exception",
  })
  void aSignalCancelsTheRunAndKeepsWhatIsFinished(String signal, int exitCode, String hanging)
      throws Exception {
    assumeTrue(RunProcesses.canBeFound(), "processes are found by /proc/PID/environ: Linux only");
    RunProcesses processes = new RunProcesses();
    String name = signal + "-" + Math.abs(hanging.hashCode());
    Path home = owf.directory().resolve("home-" + name);
    Path seen = owf.directory().resolve("seen-" + name);
    Path script =
        owf.script(
            name + ".py",
            Seen.ASK
                + """
                import asyncio, time
                async def main(args):
                    await parallel([asking(f"quick {i}") for i in range(%d)])
                    print("hanging now", flush=True)
                    %s
                """
                    .formatted(QUICK, HOW_SCRIPTS_HANG.get(hanging)));
    OwfProcess process =
        owf.command("run", script.toString(), "--home", home.toString())
            .with(Seen.VARIABLE, seen.toString())
            .with(RunProcesses.VARIABLE, processes.mark())
            .asAtATerminal()
            .start()
            .awaitOutput("hanging now");

    long start = System.nanoTime();
    if (signal.equals("INT")) {
      process.pressCtrlC();
    } else {
      process.terminate();
    }
    Finished finished = process.finish();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(exitCode);
    assertThat(finished.stderr()).doesNotContain("Exception in thread").doesNotContain("\tat ");
    processes.awaitNone();
    JsonNode status = owf.json("status", "latest", "--home", home.toString());
    assertThat(status.at("/run/status").stringValue()).isEqualTo("cancelled");
    List<StoredCall> stored = StoredCall.in(home);
    List<String> kept = stored.stream().filter(StoredCall::done).map(StoredCall::id).toList();
    List<String> seenIds = Seen.in(seen).stream().map(Seen::callId).toList();
    SIGNALS.incrementAndGet();
    CALLS_SEEN.addAndGet(seenIds.size());
    LOSSES.addAndGet((int) seenIds.stream().filter(id -> !kept.contains(id)).count());
    assertThat(seenIds).hasSize(QUICK);
    assertThat(kept).containsExactlyInAnyOrderElementsOf(seenIds);
    assertThat(stored)
        .filteredOn(call -> !call.done())
        .extracting(StoredCall::status)
        .allMatch("cancelled"::equals);
    StoredCall.assertSound(home);
  }

  @Test
  @Tag("smoke")
  void aResumeAfterASignalPaysNothingForWhatWasFinished() {
    Path seen = owf.directory().resolve("seen-resumed");
    Path script =
        owf.script(
            "resumed.py",
            Seen.ASK
                + """
                async def main(args):
                    await parallel([asking(f"quick {i}") for i in range(20)])
                    print("hanging now", flush=True)
                    if not os.path.exists("go-on"):
                        await ask("slow", 90_000)
                """);
    OwfProcess process =
        owf.command("run", script.toString())
            .with(Seen.VARIABLE, seen.toString())
            .start()
            .awaitOutput("hanging now");
    process.terminate();
    process.finish();
    Owf.write(owf.directory().resolve("go-on"), "");

    Finished resumed =
        owf.command("resume", "latest", "--json").with(Seen.VARIABLE, seen.toString()).run();

    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    assertThat(column(owf.calls("latest"), "cache_status")).hasSize(20).containsOnly("hit");
  }

  @Test
  void aDelayedCallEndsAtOnceWhateverEndsIt() {
    Path seen = owf.directory().resolve("seen-ended");
    Path script =
        owf.script(
            "ended.py",
            Seen.ASK
                + """
                import asyncio, time

                async def timed(work):
                    start = time.monotonic()
                    try:
                        await work
                    except asyncio.CancelledError:
                        pass
                    return time.monotonic() - start

                async def cancelled():
                    task = asyncio.create_task(ask("cancelled task", 90_000))
                    await asyncio.sleep(0.3)
                    task.cancel()
                    await task

                async def main(args):
                    failing = lambda: ask("failing", 200, fake={"status": "failed"})
                    slow = [asking(f"beside {i}", 90_000) for i in range(20)]
                    return {
                        "timeout": await timed(ask("timed out", 90_000, timeout_seconds=0.5)),
                        "fail_fast": await timed(parallel(slow + [failing], fail_fast=True)),
                        "task": await timed(cancelled()),
                    }
                """);

    Finished finished =
        owf.command("run", script.toString(), "--json").with(Seen.VARIABLE, seen.toString()).run();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    JsonNode output = finished.json().required("output");
    assertThat(List.of("timeout", "fail_fast", "task"))
        .allSatisfy(way -> assertThat(output.required(way).doubleValue()).as(way).isLessThan(10));
    JsonNode calls = owf.calls(finished.json().required("run_id").stringValue());
    assertThat(
            column(calls, "status").stream()
                .collect(Collectors.groupingBy(status -> status, Collectors.counting())))
        .isEqualTo(Map.of("timeout", 1L, "provider_failed", 1L, "cancelled", 21L));
    assertThat(calls)
        .allSatisfy(
            call -> assertThat(call.required("duration_ms").longValue()).isLessThan(10_000));
  }

  @Test
  void aCancelledCallIsRecordedWhileItsScriptGoesOn() {
    Path seen = owf.directory().resolve("seen-goes-on");
    Path script =
        owf.script(
            "goes_on.py",
            Seen.ASK
                + """
                import asyncio, time
                async def main(args):
                    task = asyncio.create_task(ask("given up", 90_000))
                    await asyncio.sleep(0.3)
                    task.cancel()
                    while not os.path.exists("noticed"):
                        await ask(f"still here {time.monotonic()}", 50)
                """);
    OwfProcess process =
        owf.command("run", script.toString(), "--json")
            .with(Seen.VARIABLE, seen.toString())
            .start();
    Path home = owf.home();
    try {
      await()
          .atMost(SOON)
          .ignoreExceptions()
          .until(() ->
              StoredCall.in(home).stream().anyMatch(call -> call.status().equals("cancelled")));
    } finally {
      Owf.write(owf.directory().resolve("noticed"), "");
    }
    Finished finished = process.finish();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
  }
}
