package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf.Finished;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * Signals and sudden deaths: nothing finished is lost, and nothing goes on for a run that is over.
 */
class EndingsFromOutsideIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final Duration SOON = Duration.ofSeconds(5);

  /** When it waits, the coordinator has one call under way, and one that is finished. */
  private static Path waiting(String name) {
    return owf.script(
        name + ".py",
        """
        import asyncio
        from workflows import agent
        async def main(args):
            slow = asyncio.create_task(agent("never answered", metadata={"fake": {"delay_ms": 600000}}))
            await asyncio.sleep(0)
            await agent("finished in time for %s")
            print("now waiting", flush=True)
            await slow
        """
            .formatted(name));
  }

  private static OwfProcess startWaiting(String name) {
    return owf.command("run", waiting(name).toString())
        .asAtATerminal()
        .start()
        .awaitOutput("now waiting");
  }

  /** Its one finished call is a hit when the run is resumed with the second one made quick. */
  private static void assertFinishedCallIsKept(String name) {
    owf.script(
        name + ".py",
        """
        from workflows import agent
        async def main(args):
            await agent("finished in time for %s")
        """
            .formatted(name));
    owf.json("resume", "latest");
    assertThat(column(owf.calls("latest"), "cache_status")).containsExactly("hit");
  }

  private static void assertGone(ProcessHandle process) {
    await("the end of process " + process.pid()).atMost(SOON).until(() -> !process.isAlive());
  }

  @Test
  void ctrlCEndsTheRunAsCancelled() {
    OwfProcess run = startWaiting("ctrl_c");
    ProcessHandle shim = run.shim();

    run.pressCtrlC();
    Finished finished = run.finish();

    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(130);
    assertGone(shim);
    assertCancelled();
    assertFinishedCallIsKept("ctrl_c");
  }

  @Test
  void sigtermEndsTheRunAsCancelledAlsoWhenTheScriptClingsToLife() {
    Path clinging =
        owf.script(
            "sigterm.py",
            """
            import asyncio
            from workflows import agent
            async def main(args):
                await agent("finished in time for sigterm")
                print("now waiting", flush=True)
                while True:
                    try:
                        await agent("never answered", metadata={"fake": {"delay_ms": 600000}})
                    except BaseException:
                        pass
            """);
    OwfProcess run = owf.command("run", clinging.toString()).start().awaitOutput("now waiting");
    ProcessHandle shim = run.shim();

    run.terminate();
    Finished finished = run.finish();

    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(143);
    assertGone(shim);
    JsonNode status = owf.json("status", "latest");
    assertThat(status.at("/run/status").stringValue()).isEqualTo("cancelled");
    assertThat(column(status.get("calls"), "status")).doesNotContain("running");
    assertFinishedCallIsKept("sigterm");
  }

  private static void assertCancelled() {
    JsonNode status = owf.json("status", "latest");
    assertThat(status.at("/run/status").stringValue()).isEqualTo("cancelled");
    assertThat(column(status.get("calls"), "status")).containsExactly("cancelled", "done");
  }

  @Test
  void aRunThatIsUnderWayIsLeftAlone() {
    OwfProcess run = startWaiting("under_way");

    JsonNode status = owf.json("status", "latest");
    Finished resumed = owf.run("resume", "latest");

    assertThat(status.at("/run/status").stringValue()).isEqualTo("running");
    assertThat(status.at("/run/completed_at").isNull()).isTrue();
    assertThat(column(status.get("calls"), "status")).containsExactly("running", "done");
    assertThat(column(status.get("calls"), "completed_at")).first().isNull();
    assertThat(resumed.exitCode()).as(resumed.toString()).isEqualTo(2);
    assertThat(resumed.stderr()).contains("running");
    run.terminate();
    assertThat(run.finish().exitCode()).isEqualTo(143);
  }

  @Test
  void aScriptsProcessThatIsKilledLeavesTheRunInterrupted() {
    OwfProcess run = startWaiting("shim_killed");

    run.shim().destroyForcibly();
    Finished finished = run.finish();

    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(1);
    assertThat(finished.stdout()).contains("status: interrupted");
    assertThat(finished.stderr().lines()).hasSizeBetween(1, 2);
    JsonNode status = owf.json("status", "latest");
    assertThat(status.at("/run/status").stringValue()).isEqualTo("interrupted");
    assertThat(column(status.get("calls"), "status")).containsExactly("cancelled", "done");
    assertFinishedCallIsKept("shim_killed");
  }

  @Test
  void aCoordinatorThatIsKilledTakesTheScriptAlong() {
    OwfProcess run = startWaiting("coordinator_killed");
    ProcessHandle shim = run.shim();

    run.destroyForcibly();

    assertGone(shim);
    JsonNode status = owf.json("status", "latest");
    assertThat(status.at("/run/status").stringValue()).isEqualTo("interrupted");
    assertThat(status.at("/run/completed_at").isNull()).isFalse();
    assertThat(column(status.get("calls"), "status")).containsExactly("cancelled", "done");
    assertFinishedCallIsKept("coordinator_killed");
  }

  @Test
  void aKilledCoordinatorsScriptEndsAlsoWhenItIsBusy() {
    Path busy =
        owf.script(
            "busy.py",
            """
            import time
            async def main(args):
                print("now waiting", flush=True)
                while True:
                    try:
                        time.sleep(600)
                    except BaseException:
                        pass
            """);
    OwfProcess run = owf.command("run", busy.toString()).start().awaitOutput("now waiting");
    ProcessHandle shim = run.shim();

    run.destroyForcibly();

    assertGone(shim);
  }
}
