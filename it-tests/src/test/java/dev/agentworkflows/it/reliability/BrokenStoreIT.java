package dev.agentworkflows.it.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class BrokenStoreIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final AtomicInteger FAILURES = new AtomicInteger();
  private static final AtomicInteger CALLS_SEEN = new AtomicInteger();
  private static final AtomicInteger LOSSES = new AtomicInteger();

  private static final int BIG_CALLS = 300;

  /** More than the disk has room for, unless somebody makes some. */
  private static final String BIG_CALLS_SCRIPT =
      Seen.ASK
          + """
          async def main(args):
              async def big(i):
                  result = await ask(f"{i} " + "words " * 11_000)
                  if args["then"] == "raise":
                      result.require_ok()
              if args["then"] == "fan out":
                  await parallel([lambda i=i: big(i) for i in range(%1$d)])
              else:
                  for i in range(%1$d):
                      await big(i)
              return "all well"
          """
              .formatted(BIG_CALLS);

  @AfterAll
  static void tellCounts() {
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("disks that failed", FAILURES);
    counts.put("finished calls seen", CALLS_SEEN);
    counts.put("losses", LOSSES);
    Counts.tell("BrokenStoreIT", counts);
  }

  @ParameterizedTest(name = "a script that would {0}")
  @ValueSource(strings = {"raise", "go on", "fan out"})
  void aFullDiskIsToldPlainlyAndTheRunGoesOnWhenThereIsRoom(String then) {
    assumeTrue(RunProcesses.canBeFound(), "processes are found by /proc/PID/environ: Linux only");
    String name = then.replace(' ', '-');
    Path seen = owf.directory().resolve("seen-full-" + name);
    Path script = owf.script("big.py", BIG_CALLS_SCRIPT);
    try (LoopDisk disk = LoopDisk.in(owf.directory().resolve("full-" + name), 250)) {
      Path home = disk.directory().resolve("home");
      disk.fillUpTo(12);

      Finished full =
          owf.command("run", script.toString(), "--json", "--arg", "then=" + then)
              .with("OWF_HOME", home.toString())
              .with(Seen.VARIABLE, seen.toString())
              .run();

      assertTold(full, then);
      disk.makeRoom();
      assertKept(home, Seen.in(seen), full.json().required("status").stringValue());
      assertResumes(home, Seen.in(seen), BIG_CALLS);
    }
  }

  @Test
  void aRunThatCannotEvenBeginForAFullDiskIsRefusedAndNothingIsRun() {
    Path script = owf.script("never.py", "def main(args):\n    print('main was run')\n");
    try (LoopDisk disk = LoopDisk.in(owf.directory().resolve("full-from-the-start"), 16)) {
      disk.fillUpTo(0);
      Finished full =
          owf.command("run", script.toString(), "--json")
              .with("OWF_HOME", disk.directory().resolve("home").toString())
              .run();

      assertThat(full.exitCode()).as(full.toString()).isIn(1, 2);
      assertPlain(full);
      assertThat(full.stdout() + full.stderr()).doesNotContain("main was run");
    }
  }

  @Test
  void aHomeThatTurnsReadOnlyIsReportedAndTheRunResumes() {
    Path seen = owf.directory().resolve("seen-read-only");
    Path goOn = owf.directory().resolve("go-on");
    Path script =
        owf.script(
            "read_only.py",
            Seen.ASK
                + """
                import time
                async def main(args):
                    await parallel([asking(f"before {i}") for i in range(50)])
                    print("half way", flush=True)
                    while not os.path.exists("go-on"):
                        time.sleep(0.02)
                    after = await parallel([asking(f"after {i}", 20) for i in range(50)])
                    for result in after:
                        result.require_ok()
                """);
    try (LoopDisk disk = LoopDisk.in(owf.directory().resolve("read-only"), 64)) {
      Path home = disk.directory().resolve("home");
      OwfProcess process =
          owf.command("run", script.toString())
              .with("OWF_HOME", home.toString())
              .with(Seen.VARIABLE, seen.toString())
              .start()
              .awaitOutput("half way");
      disk.fail();
      Owf.write(goOn, "");
      Finished broken = process.finish();

      assertThat(broken.exitCode()).as(broken.toString()).isEqualTo(1);
      assertPlain(broken);
      assertThat(broken.stdout()).doesNotContain("status: done");
      for (String command : List.of("status", "resume")) {
        Finished refused =
            owf.command(command, "latest")
                .with("OWF_HOME", home.toString())
                .with(Seen.VARIABLE, seen.toString())
                .run();
        if (command.equals("resume")) {
          assertThat(refused.exitCode()).as(refused.toString()).isIn(1, 2);
        } else {
          assertThat(refused.exitCode()).as("looking needs no writing: " + refused).isZero();
        }
        assertPlain(refused);
      }

      disk.repair();
      assertKept(home, Seen.in(seen), "interrupted");
      assertThat(Seen.in(seen).stream().filter(Seen::done)).hasSizeGreaterThanOrEqualTo(50);
      assertResumes(home, Seen.in(seen), 100);
    }
  }

  /** A script that shrugs at failed calls may be done, when its end could be stored after all. */
  private static void assertTold(Finished finished, String then) {
    String status = finished.json().required("status").stringValue();
    if (status.equals("done")) {
      assertThat(then).as(finished.toString()).isNotEqualTo("raise");
      assertThat(finished.exitCode()).as(finished.toString()).isZero();
    } else {
      assertThat(status).as(finished.toString()).isIn("failed", "interrupted");
      assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(1);
      assertThat(finished.json().required("error").stringValue())
          .as(finished.toString())
          .contains("disk is full");
    }
    assertPlain(finished);
  }

  /**
   * One or two lines; a file of the run's directory that is missing besides is a line of its own.
   */
  private static void assertPlain(Finished finished) {
    assertThat(finished.stderr().strip().lines())
        .as(finished.toString())
        .filteredOn(line -> !line.startsWith("owf: cannot write below "))
        .hasSizeLessThanOrEqualTo(2);
    assertThat(finished.stderr())
        .as(finished.toString())
        .doesNotContain("\tat ")
        .doesNotContain("Exception")
        .doesNotContain("Traceback");
  }

  /** What the script saw as done is there; nothing else is said to be. */
  private static void assertKept(Path home, List<Seen> seen, String told) {
    JsonNode run = command(home, "status", "latest").required("run");
    assertThat(run.required("status").stringValue()).isEqualTo(told);
    Set<String> done =
        StoredCall.in(home).stream()
            .filter(StoredCall::done)
            .map(StoredCall::id)
            .collect(Collectors.toSet());
    List<String> seenDone = seen.stream().filter(Seen::done).map(Seen::callId).toList();
    FAILURES.incrementAndGet();
    CALLS_SEEN.addAndGet(seenDone.size());
    LOSSES.addAndGet((int) seenDone.stream().filter(id -> !done.contains(id)).count());
    assertThat(done).containsAll(seenDone);
    StoredCall.assertSound(home);
  }

  private static void assertResumes(Path home, List<Seen> before, int calls) {
    Path seen = owf.directory().resolve("seen-resumed-" + FAILURES.get());
    Finished resumed =
        owf.command("resume", "latest", "--json")
            .with("OWF_HOME", home.toString())
            .with(Seen.VARIABLE, seen.toString())
            .run();
    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    List<Seen> after = Seen.in(seen);
    assertThat(after).hasSize(calls).allMatch(Seen::done);
    Set<String> paid =
        before.stream().filter(Seen::done).map(Seen::prompt).collect(Collectors.toSet());
    assertThat(after).filteredOn(result -> paid.contains(result.prompt())).allMatch(Seen::hit);
  }

  private static JsonNode command(Path home, String... arguments) {
    Finished finished =
        owf.command(arguments).and("--json").with("OWF_HOME", home.toString()).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished.json();
  }
}
