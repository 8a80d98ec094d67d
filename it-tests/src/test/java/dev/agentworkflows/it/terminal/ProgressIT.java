package dev.agentworkflows.it.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A run on a real terminal. */
class ProgressIT {

  @RegisterExtension static final Owf OWF = new Owf();

  /** Calls that end when a file is there, and no sooner. */
  private static final String UNTIL_TOLD =
      """
      import asyncio, os, subprocess, sys
      from workflows import agent, log, meta, parallel, phase
      meta(name="show", phases=["first", "last"])
      GO = os.path.join(os.path.dirname(__file__), "go")
      async def until_told(label, **more):
          slow = asyncio.ensure_future(agent("x " + label, label=label, metadata={"fake": {"delay_ms": 600000, **more}}))
          while not os.path.exists(GO):
              await asyncio.sleep(0.02)
          slow.cancel()
          await asyncio.gather(slow, return_exceptions=True)
      """;

  @BeforeAll
  static void thereIsATerminal() {
    Assumptions.assumeThat(Terminal.isThere()).as("tmux is installed, on Linux").isTrue();
  }

  private static Path script(String name, String text) throws IOException {
    Path script = OWF.script(name + "/flow.py", UNTIL_TOLD + text.stripIndent());
    Files.deleteIfExists(script.resolveSibling("go"));
    return script;
  }

  private static void tell(Path script) throws IOException {
    Files.writeString(script.resolveSibling("go"), "");
  }

  @Test
  void aRunIsShownWhileItGoesOnAndOnlyItsClosingLinesStay() throws IOException {
    Path script =
        script(
            "shown",
            """
            async def main(args):
                phase("first")
                await agent("quick", metadata={"fake": {"input_tokens": 1000, "output_tokens": 234}})
                await until_told("evil\\x1b[2J\\r\\nlabel 漢字")
            """);
    try (Terminal terminal = new Terminal(OWF, 80, 24)) {
      terminal.owf("run " + script + " --budget-tokens 5000");
      terminal.awaitText("evil␛[2J");

      assertThat(terminal.screen())
          .contains("show  ")
          .contains("first", "last", "1/2")
          .contains("1 done  1 running")
          .contains("1,234 of 5,000 tokens (24 %)")
          .containsPattern("\\d+ s  evil␛\\[2J␍?↵label 漢字");
      assertThat(terminal.colouredScreen()).contains("\u001b[");
      assertThat(terminal.showsItsCursor()).isTrue();

      tell(script);
      terminal.awaitText("run_dir: ");
      assertThat(terminal.exitCode()).isZero();
      assertThat(terminal.everything())
          .contains("status: done", "2 calls: 1 done, 0 cached, 0 failed, 1 cancelled")
          .doesNotContain("━", "running", "evil", " tokens");
      assertThat(terminal.showsItsCursor()).isTrue();
    }
  }

  @Test
  void whatAScriptPrintsStandsAboveWholeAndInOrder() throws IOException {
    Path script =
        script(
            "prints",
            """
            async def main(args):
                async def prints():
                    for i in range(300):
                        print(f"line {i} of the script")
                        if i % 100 == 50:
                            sys.stdout.flush()
                            subprocess.run(["sh", "-c", f"echo child {i}; echo error {i} >&2"])
                            print("half ", end="", flush=True)
                            await asyncio.sleep(0.5)
                            print("and half")
                            log(f"logged {i}")
                        await asyncio.sleep(0.002)
                await asyncio.gather(prints(), *[agent(f"a {i}", label=f"label {i}", metadata={"fake": {"delay_ms": 3000}}) for i in range(20)])
            """);
    try (Terminal terminal = new Terminal(OWF, 60, 20)) {
      terminal.owf("run " + script);
      terminal.awaitText("run_dir: ");

      List<String> lines =
          terminal
              .everything()
              .lines()
              .map(String::stripTrailing)
              .filter(line -> line.matches("(line|child|error|half|log:).*"))
              .toList();
      assertThat(lines.stream().filter(line -> !line.startsWith("log:")))
          .containsExactlyElementsOf(
              IntStream.range(0, 300)
                  .boxed()
                  .flatMap(i ->
                      i % 100 == 50
                          ? List.of(
                              "line " + i + " of the script",
                              "child " + i,
                              "error " + i,
                              "half and half")
                              .stream()
                          : List.of("line " + i + " of the script").stream())
                  .toList());
      assertThat(lines).contains("log: logged 50", "log: logged 150", "log: logged 250");
      assertThat(terminal.everything()).doesNotContain("━", "label", "running");
    }
  }

  @Test
  void aResizedTerminalIsDrawnOnAnew() throws IOException {
    Path script =
        script(
            "resized",
            """
            async def main(args):
                print("\\n" * 30 + "printed before")
                await until_told("a label that is rather long, so that it has to be cut")
            """);
    try (Terminal terminal = new Terminal(OWF, 100, 24)) {
      terminal.owf("run " + script);
      terminal.awaitText("has to be cut");

      terminal.resize(40, 12);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(terminal.screen().lines().filter(line -> line.contains("a label that")))
                  .singleElement()
                  .asString()
                  .endsWith("…"));
      terminal.resize(100, 30);
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> {
            assertThat(terminal.everything()).containsOnlyOnce("has to be cut");
            assertThat(terminal.everything()).containsOnlyOnce("1 running");
          });

      tell(script);
      terminal.awaitText("run_dir: ");
      assertThat(terminal.everything())
          .containsOnlyOnce("printed before")
          .doesNotContain("a label that", "1 running");
    }
  }

  @Test
  void afterCtrlCTheTerminalIsWhole() throws IOException {
    Path script = script("stopped", "async def main(args):\n    await until_told('endless')\n");
    try (Terminal terminal = new Terminal(OWF, 80, 24)) {
      terminal.owf("run " + script);
      terminal.awaitText("endless");

      terminal.press("C-c");
      terminal.awaitText("status: cancelled");

      assertThat(terminal.exitCode()).isEqualTo(130);
      assertThat(terminal.everything()).doesNotContain("endless", "1 running", "━");
      assertThat(terminal.showsItsCursor()).isTrue();
    }
  }

  @Test
  void withoutColoursAllIsThereButTheColours() throws IOException {
    Path script = script("plain", "async def main(args):\n    await until_told('colourless')\n");
    try (Terminal terminal = new Terminal(OWF, 80, 24, "NO_COLOR=1")) {
      terminal.owf("run " + script);
      terminal.awaitText("colourless");

      assertThat(terminal.colouredScreen()).contains("▒ 1 running").doesNotContain("\u001b[");
      tell(script);
      terminal.awaitText("run_dir: ");
    }
  }

  @Test
  void aTerminalThatCannotBeDrawnOnGetsPlainLines() throws IOException {
    Path script =
        script(
            "dumb",
            "async def main(args):\n    phase('first')\n    print(sys.stdout.isatty())\n    await until_told('unseen')\n");
    try (Terminal terminal = new Terminal(OWF, 80, 24, "TERM=dumb")) {
      terminal.owf("run " + script);
      terminal.awaitText("phase: first");
      terminal.awaitText("True");
      tell(script);
      terminal.awaitText("run_dir: ");

      assertThat(terminal.everything()).doesNotContain("unseen", "running");
    }
  }

  @Test
  void aScriptMayAskItsUser() throws IOException {
    Path script =
        script(
            "asks",
            """
            async def main(args):
                slow = asyncio.ensure_future(agent("x", label="meanwhile", metadata={"fake": {"delay_ms": 600000}}))
                name = await asyncio.get_running_loop().run_in_executor(None, lambda: input("Your name? "))
                print(f"Hello {name}.")
                slow.cancel()
                await asyncio.gather(slow, return_exceptions=True)
            """);
    try (Terminal terminal = new Terminal(OWF, 80, 24)) {
      terminal.owf("run " + script);
      terminal.awaitText("meanwhile");
      terminal.type("Ada");
      terminal.awaitText("run_dir: ");

      assertThat(terminal.everything()).contains("Your name? Ada").contains("Hello Ada.");
    }
  }

  @Test
  void aRunOfAnotherProcessCanBeFollowedToItsEnd() throws IOException {
    Path script =
        script(
            "followed",
            """
            async def main(args):
                phase("first")
                await agent("quick")
                await until_told("followed call")
                raise ValueError("on purpose")
            """);
    OwfProcess run = OWF.command("run", script.toString()).start();
    try (Terminal terminal = new Terminal(OWF, 80, 24)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> OWF.run("calls", "latest").stdout().contains("followed call"));
      terminal.owf("status latest --follow");
      terminal.awaitText("followed call");
      assertThat(terminal.screen()).contains("1 done  1 running", "phase: first");

      tell(script);
      terminal.awaitText("owf: failed: ValueError: on purpose");
      assertThat(terminal.exitCode()).isEqualTo(1);
      assertThat(terminal.everything()).doesNotContain("followed call", "1 running");
    }
    assertThat(run.finish().exitCode()).isEqualTo(1);
  }

  @Test
  void ctrlCEndsTheFollowingAndNotTheRun() throws IOException {
    Path script =
        script("watched", "async def main(args):\n    await until_told('watched call')\n");
    OwfProcess run = OWF.command("run", script.toString()).start();
    try (Terminal terminal = new Terminal(OWF, 80, 24)) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> OWF.run("calls", "latest").stdout().contains("watched call"));
      terminal.owf("status latest --follow");
      terminal.awaitText("watched call");

      terminal.press("C-c");

      assertThat(terminal.exitCode()).isEqualTo(130);
      assertThat(terminal.everything()).doesNotContain("watched call", "1 running");
      assertThat(terminal.showsItsCursor()).isTrue();
    }
    tell(script);
    assertThat(run.finish().exitCode()).isZero();
  }

  @Test
  void offATerminalFollowingWaitsForTheEndAndJsonIsOneDocument() throws IOException {
    Path script =
        script(
            "piped",
            "async def main(args):\n    log('here')\n    await until_told('x')\n    sys.exit(3)\n");
    OwfProcess run = OWF.command("run", script.toString()).start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> OWF.run("events", "latest").stdout().contains("here"));
    OwfProcess document = OWF.command("status", "latest", "--follow", "--json").start();
    OwfProcess lines = OWF.command("status", "latest", "--follow").start();

    tell(script);
    Finished json = document.finish();
    assertThat(json.exitCode()).isEqualTo(1);
    assertThat(json.json().get("run").get("status").asString()).isEqualTo("failed");
    assertThat(json.stderr()).isEmpty();
    Finished plain = lines.finish();
    assertThat(plain.exitCode()).isEqualTo(1);
    assertThat(plain.stdout()).contains("status: failed");
    run.finish();

    Finished over = OWF.run("status", "latest", "--follow");
    assertThat(over.exitCode()).isEqualTo(1);
    assertThat(over.stdout()).contains("status: failed");
  }

  @Test
  void aRunWhoseCoordinatorWasKilledEndsItsFollowing() throws IOException {
    Path script = script("killed", "async def main(args):\n    await until_told('alone')\n");
    OwfProcess run = OWF.command("run", script.toString()).start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> OWF.run("calls", "latest").stdout().contains("alone"));
    OwfProcess following = OWF.command("status", "latest", "--follow").start();

    run.destroyForcibly();

    Finished finished = following.finish();
    assertThat(finished.stdout()).contains("status: interrupted");
    assertThat(finished.exitCode()).isEqualTo(1);
    run.finish();
  }
}
