package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.cli.CommandDesk.Said;
import dev.agentworkflows.coordinator.json.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text of scripts and models can neither drive a terminal nor pretend to be ours. */
class HostileTextTest {

  /** Clears the screen, renames the window, turns text around, and pretends to be other lines. */
  private static final String HOSTILE =
      "\u001b[2J\u001b]0;owned\u0007 \u009b31m \b\b\b \u0000\u007f \u202egnp.exe\u202c \u2066x\u2069"
          + " \u200f \u2028 \ufeff \r\nrun_id:   run_20990101_000000_ffffff\nstatus:   done\n"
          + "    2  done            miss      FORGED";

  @TempDir private Path directory;
  private CommandDesk desk;

  @BeforeEach
  void aTerminal() {
    desk = new CommandDesk(directory).onTerminal();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status RUN",
        "runs",
        "calls RUN",
        "output RUN",
        "events RUN",
        "cat CALL",
        "cat CALL --prompt",
        "artifacts RUN",
        "export RUN",
        "explain-cache RUN",
        "report RUN --stdout",
        "report RUN --stdout --html",
        "usage",
        "diff CALL",
        "cancel RUN",
        "gc --dry-run",
        "cat FAILED",
        "status RUN --json",
        "calls RUN --json",
        "events RUN --json",
        "cat CALL --json",
        "runs --json",
        "explain-cache RUN --json",
        "usage --json"
      })
  void nothingThatActsReachesTheTerminal(String line) throws Exception {
    desk.record(HOSTILE);

    Said said = run(line);

    assertHarmless(said.out());
    assertHarmless(said.err());
    if (line.endsWith("--json")) {
      assertThat(Json.read(said.out())).isNotNull();
    }
  }

  private Said run(String line) {
    return desk.run(
        line.replace("RUN", CommandDesk.RUN)
            .replace("CALL", CommandDesk.CALL)
            .replace("FAILED", CommandDesk.RUN + "_call_0002")
            .split(" "));
  }

  private static void assertHarmless(String shown) {
    List<String> acting =
        shown
            .codePoints()
            .filter(HostileTextTest::acts)
            .distinct()
            .mapToObj("U+%04X"::formatted)
            .toList();
    assertThat(acting).as(shown).isEmpty();
  }

  private static boolean acts(int c) {
    return (c < ' ' && c != '\n' && c != '\t')
        || (c >= 0x7f && c <= 0x9f)
        || c == 0x200e
        || c == 0x200f
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0xfeff;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"status RUN", "runs", "calls RUN", "events RUN", "explain-cache RUN", "usage"})
  void noLineIsForged(String line) throws Exception {
    desk.record(HOSTILE);

    assertThat(run(line).out().lines())
        .noneMatch(shown -> shown.startsWith("run_id:   run_2099"))
        .noneMatch(shown -> shown.startsWith("status:   done"))
        .noneMatch(shown -> shown.startsWith("    2  done"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"status RUN", "runs", "calls RUN", "events RUN", "explain-cache RUN", "usage"})
  void aLineOfAMegabyteIsCut(String line) throws Exception {
    desk.record("x".repeat(1 << 20));

    String shown = run(line).out();

    assertThat(shown.length()).isLessThan(20_000);
    assertThat(shown).contains("…");
  }

  @Test
  void whatIsPrintedToAFileIsAsItWas() throws Exception {
    desk = new CommandDesk(directory);
    desk.record(HOSTILE);

    assertThat(run("cat CALL").out()).isEqualTo(HOSTILE + "\n");
    assertThat(Json.read(run("output RUN").out()).get("text").stringValue()).isEqualTo(HOSTILE);
  }
}
