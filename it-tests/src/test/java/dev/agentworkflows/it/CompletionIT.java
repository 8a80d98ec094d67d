package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Command lines are completed by real shells, at a terminal where the shell wants one. */
class CompletionIT {

  @RegisterExtension static final Owf owf = new Owf();

  /**
   * Types into a shell at a terminal of its own, waits until the line's program has written what it
   * was given, and shows that. Arguments: how long, the file, the shell's command.
   */
  private static final String TYPIST =
      """
      import os, pty, select, sys, time
      limit, given, keys = time.monotonic() + float(sys.argv[1]), sys.argv[2], sys.argv[3]
      pid, terminal = pty.fork()
      if pid == 0:
          os.execvp(sys.argv[4], sys.argv[4:])
      seen, typed = b"", False
      try:
          while time.monotonic() < limit and not os.path.exists(given + ".whole"):
              if select.select([terminal], [], [], 0.05)[0]:
                  seen += os.read(terminal, 65536)
              if not typed and b"READY" in seen:
                  os.write(terminal, keys.encode().decode("unicode_escape").encode())
                  typed = True
      except OSError:
          pass
      finally:
          os.kill(pid, 9)
          os.waitpid(pid, 0)
      if not os.path.exists(given + ".whole"):
          sys.exit("nothing was run; the terminal shows: " + ascii(seen))
      print(open(given).read(), end="")
      """;

  private static final String STAND_IN =
      """
      owf() { printf '%%s\\n' "$@" > "%1$s"; : > "%1$s.whole"; }
      printf 'RE%%s\\n' ADY
      """;

  @ParameterizedTest
  @CsvSource({
    "bash, owf expl\\t latest\\r, explain-cache latest",
    "bash, owf batch sub\\t x --prov\\t p\\r, batch submit x --provider p",
    "bash, owf run scr\\t --budget-c\\t 2\\r, run script_to_run.py --budget-cost-usd 2",
    "bash, owf new x --template mig\\t\\r, new x --template migrate",
    "zsh, owf expl\\t latest\\r, explain-cache latest",
    "zsh, owf run scr\\t --budget-c\\t 2\\r, run script_to_run.py --budget-cost-usd 2",
  })
  void aShellAtATerminalCompletesWhatIsTyped(String shell, String keys, String arguments)
      throws IOException {
    assumeShell(shell);
    owf.script("script_to_run.py", "");
    Path given = Files.createTempFile(owf.directory(), "given", ".txt");
    Path script = owf.script("completion." + shell, script(shell));
    String start = "source " + script + "\n" + STAND_IN.formatted(given);
    Path zshHome = owf.directory().resolve("zsh");
    Owf.write(zshHome.resolve(".zshrc"), start);
    List<String> command =
        shell.equals("zsh")
            ? List.of("zsh", "-i")
            : List.of(
                "bash", "--noprofile", "--rcfile", owf.script("bashrc", start).toString(), "-i");

    Finished finished =
        owf.program(List.of(Owf.python(), "-c", TYPIST, "60", given.toString(), keys))
            .and(command.toArray(String[]::new))
            .with("ZDOTDIR", zshHome.toString())
            .with("TERM", "dumb")
            .with("PS1", "$ ")
            .run();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(String.join(" ", finished.stdout().lines().toList())).isEqualTo(arguments);
  }

  @ParameterizedTest
  @CsvSource({
    "owf expl, explain-cache",
    "'owf batch ', submit",
    "owf batch submit x --prov, --provider",
    "'owf completion ', zsh",
    "'owf new x --template ', migrate",
    "owf status lat, latest",
    "owf status run_2, run_20261122_143201_4f9c1a",
    "owf run script_, script_to_run.py",
  })
  void fishCompletes(String typed, String candidate) {
    assumeShell("fish");
    owf.script("script_to_run.py", "");
    Path script = owf.script("completion.fish", script("fish"));
    Owf.write(owf.home().resolve("runs/run_20261122_143201_4f9c1a/manifest.json"), "{}");

    Finished finished =
        owf.program(
                List.of(
                    "fish",
                    "--no-config",
                    "-c",
                    "source " + script + "; complete -C '" + typed + "'"))
            .run();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stderr()).isEmpty();
    assertThat(finished.stdout().lines().map(line -> line.split("\t", 2)[0])).contains(candidate);
    if (!typed.contains("script_")) {
      assertThat(finished.stdout()).as("files fit nowhere here").doesNotContain("script_to_run");
    }
  }

  @Test
  void everyScriptIsReadWithoutAWord() {
    for (String shell : List.of("bash", "fish")) {
      assumeShell(shell);
      Path script = owf.script("quiet." + shell, script(shell));
      Finished finished = owf.program(List.of(shell, "-c", "source " + script)).run();
      assertThat(finished.exitCode()).as(finished.toString()).isZero();
      assertThat(finished.stdout() + finished.stderr()).isEmpty();
    }
  }

  @Test
  void anotherShellIsRefusedByName() {
    Finished refused = owf.run("completion", "tcsh");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.stderr()).contains("'tcsh'", "bash, zsh, fish");
    assertThat(refused.stdout()).isEmpty();
  }

  private static String script(String shell) {
    Finished finished = owf.run("completion", shell);
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stderr()).isEmpty();
    return finished.stdout();
  }

  private static void assumeShell(String shell) {
    assumeTrue(
        owf.program(List.of("sh", "-c", "command -v " + shell)).run().exitCode() == 0,
        "needs the shell " + shell + " (Debian's package " + shell + ")");
  }
}
