package dev.agentworkflows.it.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A script that asks a person who sits at the run's terminal. */
class ApprovalOnTerminalIT {

  @RegisterExtension static final Owf OWF = new Owf();

  private static final String ASKS =
      """
      import asyncio
      from workflows import agent, approve, parallel
      async def main(args):
          slow = asyncio.ensure_future(agent("x", label="a slow one", metadata={"fake": {"delay_ms": 600000}}))
          await asyncio.sleep(0)
          said = [await approve("Deploy to production?", label="deploy"), await approve("Really\\x1b[2J?")]
          await asyncio.sleep(float(args.get("pause", 0)))
          slow.cancel()
          return said
      """;

  @BeforeAll
  static void thereIsATerminal() {
    Assumptions.assumeThat(Terminal.isThere()).as("tmux is installed, on Linux").isTrue();
  }

  private static Path script(String name) {
    return OWF.script(name + ".py", ASKS);
  }

  @Test
  void itIsAskedAboveTheProgressAndTheAnswerTypedThere() {
    try (Terminal terminal = new Terminal(OWF, 80, 24)) {
      terminal.owf("run " + script("typed"));
      terminal.awaitText("deploy: Deploy to production? [y/n]");
      terminal.awaitText("a slow one");
      terminal.type("perhaps");
      terminal.awaitText("Please type y or n.");
      terminal.type("y");
      terminal.awaitText("yes, by terminal");
      terminal.awaitText("Really␛[2J? [y/n]");
      terminal.type("no");
      terminal.awaitText("run_dir: ");

      assertThat(terminal.everything())
          .contains("deploy: Deploy to production? [y/n] y", "output: [ true, false ]")
          .contains("Really␛[2J? -- no, by terminal");
      assertThat(terminal.exitCode()).isZero();
    }
  }

  @Test
  void whatIsTypedWhenNoQuestionIsOpenIsLeftToTheShell() {
    try (Terminal terminal = new Terminal(OWF, 80, 24)) {
      terminal.owf("run " + script("shell") + " --arg pause=3");
      terminal.awaitText("deploy: Deploy to production? [y/n]");
      terminal.type("y");
      terminal.awaitText("Really␛[2J? [y/n]");
      terminal.type("n");
      terminal.awaitText("no, by terminal");
      terminal.type("echo this was typed' ahead'.");
      assertThat(terminal.everything()).doesNotContain("run_dir: ");
      terminal.awaitText("run_dir: ");

      terminal.awaitText("this was typed ahead.");
    }
  }

  @Test
  void anAnswerFromElsewhereEndsTheQuestionHere() {
    try (Terminal terminal = new Terminal(OWF, 80, 24)) {
      terminal.owf("run " + script("elsewhere"));
      terminal.awaitText("deploy: Deploy to production? [y/n]");
      assertThat(OWF.command("approve", "latest", "--no").run().exitCode()).isZero();
      // Whoever types at once may have meant the question that was there before.
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(60))
          .until(() -> terminal.everything().contains("Really␛[2J? [y/n]"));
      terminal.type("yes");
      terminal.awaitText("run_dir: ");

      assertThat(terminal.everything()).contains("no, by approve", "output: [ false, true ]");
    }
  }
}
