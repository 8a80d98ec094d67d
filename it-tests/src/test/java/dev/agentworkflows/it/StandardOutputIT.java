package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can't be written to standard output is an error, said in one line. */
class StandardOutputIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final List<String> FULL = List.of("sh", "-c", "exec \"$@\" >/dev/full", "sh");

  @Test
  void everyCommandFailsWithOneLineWhenItsOutputIsLost() {
    Assumptions.assumeTrue(Files.exists(Path.of("/dev/full")));
    String script =
        owf.script(
                "s.py",
                "from workflows import agent\nasync def main(args): return (await agent('hi')).text\n")
            .toString();
    assertLost(owf.command("run", script).after(FULL));
    assertLost(owf.command("run", script, "--json").after(FULL));
    assertThat(owf.json("status", "latest").at("/run/status").stringValue())
        .as("a run whose summary can't be printed")
        .isEqualTo("done");
    for (List<String> command :
        List.of(
            List.of("--version"),
            List.of("--help"),
            List.of("run", "--help"),
            List.of("runs"),
            List.of("runs", "--json"),
            List.of("status", "latest", "--json"),
            List.of("output", "latest"),
            List.of("report", "latest", "--stdout"),
            List.of("providers", "--json"),
            List.of("validate", script),
            List.of("ui"),
            List.of("mcp", "--http"))) {
      assertLost(owf.command(command.toArray(String[]::new)).after(FULL));
    }
  }

  @Test
  void aClosedOutputIsSaidAsWell() {
    List<String> closed = List.of("sh", "-c", "exec \"$@\" >&-", "sh");
    assertLost(owf.command("--version").after(closed));
    List<String> readerGone = List.of("sh", "-c", "{ \"$@\"; echo $? >&2; } | true", "sh");
    Finished gone = owf.command("--help").after(readerGone).run();
    // Whether the reader is gone before or after the writing is a race, but never a crash.
    assertThat(gone.stderr().strip())
        .matches("(?s)(owf: standard output can't be written: [^\n]*\n1|0)");
  }

  private static void assertLost(Owf.Invocation invocation) {
    Finished finished = invocation.run();
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(1);
    List<String> lines =
        finished
            .stderr()
            .lines()
            .filter(line -> line.contains("standard output can't be written"))
            .toList();
    assertThat(lines).as(finished.toString()).hasSize(1);
    assertThat(finished.stderr()).doesNotContain("Exception");
  }
}
