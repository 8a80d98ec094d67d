package dev.agentworkflows.it.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Scripts that are run with and without {@code owf up}. */
@EnabledOnOs(OS.LINUX)
class UpRunsIT extends UpTest {

  @RegisterExtension static final Owf owf = new Owf();

  UpRunsIT() {
    super(owf);
  }

  private static final String SCRIPT =
      """
      import os, sys
      from agent_workflows import agent, parallel

      async def main(args):
          print("printed")
          print("an error", file=sys.stderr)
          answers = await parallel([lambda i=i: agent(f"prompt {i}") for i in range(int(args["n"]))])
          if args.get("fail"):
              raise ValueError("as it was asked to")
          with open("/proc/self/environ", "rb") as block:
              keys = b"sk-" in block.read()
          return {"answers": [answer.text for answer in answers], "keys": keys, "in": os.getcwd(),
                  "umask": os.umask(0o22), "terminal": [os.isatty(i) for i in range(3)]}
      """;

  private static void waitFor(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(60)).until(condition);
  }

  /** A run's id and time differ from run to run. */
  private static String withoutNames(String text) {
    return text.replaceAll("run_\\d{8}_\\d{6}_[0-9a-f]{6}", "RUN")
        .replaceAll("\"(\\w+_at|elapsed_\\w+)\": ?[^,\n]+", "\"$1\": ")
        .replaceAll("\\d+(\\.\\d+)? m?s\\b", "TIME");
  }

  @Test
  @Tag("smoke")
  void runsPrintWhatTheyPrintByThemselves() {
    Path script = owf.script("as_ever.py", SCRIPT);
    List<List<String>> commands =
        List.of(
            List.of("run", script.toString(), "--arg", "n=3", "--cache-policy", "disabled"),
            List.of("run", script.toString(), "--arg", "n=3", "--json"),
            List.of("run", script.getFileName().toString(), "--arg", "n=1", "--arg", "fail=yes"),
            List.of("run", script.toString(), "--arg", "n=9", "--budget-tokens", "1", "--json"),
            List.of("run", script.toString(), "--arg", "n"),
            List.of("run", script.toString(), "--python", "no-such-python"),
            List.of("run", "no-such-script.py", "--json"),
            List.of("resume", "no-such-run"));
    List<Finished> alone =
        commands.stream().map(line -> typed(line.toArray(String[]::new)).run()).toList();
    up();

    for (int i = 0; i < commands.size(); i++) {
      Finished found = typed(commands.get(i).toArray(String[]::new)).run();
      Finished expected = alone.get(i);
      assertThat(found.exitCode()).as(found.toString()).isEqualTo(expected.exitCode());
      assertThat(withoutNames(found.stdout())).isEqualTo(withoutNames(expected.stdout()));
      assertThat(withoutNames(found.stderr())).isEqualTo(withoutNames(expected.stderr()));
    }
    assertThat(carriedOut()).isEqualTo(commands.size());
  }

  @Test
  void aScriptsProcessHasNoKeyOfItsCallers() throws IOException {
    Path script = owf.script("keyless.py", SCRIPT);
    up();

    Finished finished =
        typed("run", script.toString(), "--arg", "n=1", "--json")
            .with("OPENAI_API_KEY", ONE_KEY)
            .run();

    assertThat(finished.json().get("output").get("keys").asBoolean()).isFalse();
    assertThat(carriedOut()).isEqualTo(1);
    for (Path place : List.of(runtime, owf.home(), owf.cache(), owf.userHome())) {
      assertNoKeyIn(place);
    }
  }

  @Test
  void aCallerWithAnotherUmaskStartsByItself() {
    Path script = owf.script("masked.py", SCRIPT);
    up();

    Finished finished =
        typed("run", script.toString(), "--arg", "n=1", "--json")
            .after(List.of("sh", "-c", "umask 007; exec \"$@\"", "sh"))
            .run();

    assertThat(finished.json().get("output").get("umask").asInt()).isEqualTo(7);
    assertThat(carriedOut()).isZero();
  }

  /** On a terminal all that is printed goes to the coordinator and back. */
  @Test
  void aScriptMayPrintMoreThanItsTerminalShows() throws Exception {
    assumeThat(Path.of("/usr/bin/script")).exists();
    Path script =
        owf.script(
            "flood.py",
            """
            async def main(args):
                for i in range(200_000):
                    print(i, "x" * 60)
            """);
    up();

    // `script` makes a terminal, and reads from it slower than the script prints.
    Finished finished =
        typed()
            .after(
                List.of(
                    "sh",
                    "-c",
                    "script -qefc '"
                        + CHECKOUT
                        + "/owf run "
                        + script
                        + "' /dev/null | "
                        + "(sleep 3; tail -c 4000)"))
            .with("TERM", "xterm")
            .run();

    assertThat(finished.stdout()).as(finished.toString()).contains("199999 x").contains("run_dir");
    assertThat(carriedOut()).isEqualTo(1);
  }

  private static final String WAITING =
      """
      import asyncio
      from agent_workflows import agent

      async def main(args):
          answer = await agent("asked before")
          print("waiting", flush=True)
          await asyncio.sleep(60 if args.get("long") else 2)
          return answer.text
      """;

  private OwfProcess waiting(String... options) {
    Path script = owf.script("waiting.py", WAITING);
    return typed("run", script.toString())
        .and(options)
        .asAtATerminal()
        .start()
        .awaitOutput("waiting");
  }

  private String statusOf(String id) {
    return owf.json("status", id).get("run").get("status").asString();
  }

  private String latest() {
    return owf.json("status", "latest").get("run").get("id").asString();
  }

  @Test
  @Tag("smoke")
  void ctrlCCancelsARun() {
    up();
    OwfProcess running = waiting("--arg", "long=yes");

    running.pressCtrlC();

    assertThat(running.finish().exitCode()).isEqualTo(130);
    assertThat(statusOf(latest())).isEqualTo("cancelled");
  }

  @Test
  void aCallerThatIsTerminatedCancelsItsRun() {
    up();
    OwfProcess running = waiting("--arg", "long=yes");

    running.terminate();

    assertThat(running.finish().exitCode()).isEqualTo(143);
    assertThat(statusOf(latest())).isEqualTo("cancelled");
  }

  @Test
  void aCallerThatIsKilledLeavesAnInterruptedRunAndNoProcess() {
    up();
    OwfProcess running = waiting("--arg", "long=yes");
    ProcessHandle script = running.shim();

    running.destroyForcibly();

    waitFor(() -> !script.isAlive());
    waitFor(() -> !statusOf(latest()).equals("running"));
    assertThat(statusOf(latest())).isEqualTo("interrupted");
    assertThat(status()).as("the coordinator goes on").isPresent();
  }

  private static final String OUT =
      """
      from agent_workflows import agent, parallel

      async def main(args):
          delay = 60_000 if args.get("long") else 0
          print("waiting", flush=True)
          await parallel([lambda i=i: agent(f"slow {i}", metadata={"fake": {"delay_ms": delay}})
                          for i in range(40)])
          return "done"
      """;

  /** What the killed one's run has out takes a moment to end. */
  @Test
  void aRunWhoseCallerWasKilledAMomentAgoIsResumed() {
    Path script = owf.script("out.py", OUT);
    up();
    for (int i = 0; i < 6; i++) {
      OwfProcess running =
          typed("run", script.toString(), "--arg", "long=yes")
              .asAtATerminal()
              .start()
              .awaitOutput("waiting");
      running.destroyForcibly();
      Finished resumed = typed("resume", "latest", "--arg", "long=", "--json").run();
      assertThat(resumed.exitCode()).as("%d: %s", i, resumed).isZero();
    }
  }

  @Test
  @Tag("smoke")
  void oneThatIsKilledInARunLosesNothingThatIsFinished() {
    up();
    OwfProcess running = waiting("--arg", "long=yes");

    process(status().orElseThrow()).destroyForcibly();

    Finished finished = running.finish();
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(1);
    assertThat(finished.stderr()).contains("the coordinator in the background has ended");
    assertThat(statusOf(latest())).isEqualTo("interrupted");
    Finished resumed = typed("resume", "latest", "--arg", "long=").run();
    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    assertThat(resumed.stdout()).contains("1 call: 0 done, 1 cached, 0 failed");
  }

  @Test
  void aRunGoesOnWhenItsCoordinatorTakesNoMoreCommands() {
    up();
    long pid = status().orElseThrow().pid();
    OwfProcess running = waiting();

    assertThat(typed("down").run().stdout())
        .isEqualTo("takes no more commands, and ends with the script that it runs\n");

    assertThat(status()).isEmpty();
    up();
    assertThat(running.finish().exitCode()).isZero();
    waitFor(() -> !isAlive(pid));
  }

  @Test
  void oneThatIsTerminatedCancelsItsRuns() throws Exception {
    up();
    OwfProcess running = waiting("--arg", "long=yes");

    signal("-TERM", status().orElseThrow().pid());

    assertThat(running.finish().exitCode()).isEqualTo(130);
    assertThat(statusOf(latest())).isEqualTo("cancelled");
  }

  @Test
  @Tag("smoke")
  void aDetachedRunGoesOnWithoutItsCommand() {
    Path script =
        owf.script(
            "detached.py",
            """
            import asyncio, os, sys
            from agent_workflows import agent, approve

            async def main(args):
                print("printed, key", args["key"])
                print(sys.stdin.read() == "", file=sys.stderr)
                if not await approve("Go on?"):
                    raise ValueError("no")
                return (await agent("asked")).text
            """);
    up();

    Finished begun =
        typed("run", script.toString(), "--detach", "--json", "--arg", "key=" + ONE_KEY)
            .with("OPENAI_API_KEY", ONE_KEY)
            .run();

    assertThat(begun.exitCode()).as(begun.toString()).isZero();
    String id = begun.json().get("run_id").asString();
    assertThat(statusOf(id)).isEqualTo("running");
    assertThat(typed("down").run().stdout()).contains("ends with the script");
    waitFor(() -> typed("approve", id, "--yes").run().exitCode() == 0);
    waitFor(() -> statusOf(id).equals("done"));
    assertThat(owf.home().resolve("runs").resolve(id).resolve("script.log"))
        .content()
        .isEqualTo("printed, key [redacted:OPENAI_API_KEY]\nTrue\n");
  }

  @Test
  void aDetachedRunThatCannotBeginIsToldToItsCommand() {
    Path script =
        owf.script(
            "careful.py",
            """
            from agent_workflows import meta

            meta(name="careful", approval_required=True)

            async def main(args):
                return 1
            """);
    Finished alone = typed("run", script.toString(), "--detach").run();
    assertThat(alone.exitCode()).isEqualTo(2);
    assertThat(alone.stderr()).contains("Start it: owf up");
    up();

    Finished finished = typed("run", script.toString(), "--detach").run();

    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
    assertThat(finished.stderr()).contains("Pass --yes to approve it beforehand.");
    waitFor(() -> typed("down").run().stdout().equals("down\n"));
  }

  @Test
  void whyADetachedRunFailedIsShownByStatus() {
    Path script = owf.script("broken.py", "raise ValueError('as written')");
    up();

    Finished begun = typed("run", script.toString(), "--detach", "--json").run();

    String id = begun.json().get("run_id").asString();
    waitFor(() -> statusOf(id).equals("failed"));
    assertThat(typed("status", id).run().stdout()).contains("as written");
    assertThat(owf.home().resolve("runs").resolve(id).resolve("script.log")).exists();
  }
}
