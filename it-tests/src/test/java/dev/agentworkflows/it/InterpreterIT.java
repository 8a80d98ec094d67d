package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** A script runs in its user's own Python, as if started there; and which Python that is. */
class InterpreterIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String WHICH =
      """
      import os, sys
      async def main(args):
          return {"executable": sys.executable, "prefix": sys.prefix, "argv": sys.argv, "file": __file__}
      """;

  @Test
  void theShimIsCompiledOnceWhateverTheUserWantsOfTheirOwnFiles() throws IOException {
    owf.script("kept/neighbour.py", "NAME = 'next door'\n");
    Path script =
        owf.script(
            "kept/script.py",
            """
            import sys, neighbour
            async def main(args):
                return sys.flags.dont_write_bytecode
            """);

    Finished run =
        owf.command("run", script.toString(), "--json").with("PYTHONDONTWRITEBYTECODE", "1").run();

    assertThat(run.json().get("output").asInt()).as(run.toString()).isEqualTo(1);
    assertThat(script.resolveSibling("__pycache__")).doesNotExist();
    try (var files = Files.walk(owf.cache())) {
      assertThat(files.filter(file -> file.endsWith("agent_workflows/__pycache__"))).hasSize(1);
    }
  }

  @Test
  void aScriptSeesItsNeighboursAndLeavesNothingBesideThem() throws IOException {
    owf.script("shelf/neighbour.py", "NAME = 'next door'\n");
    owf.script("shelf/workflows.py", "raise RuntimeError('not the API')\n");
    owf.script("shelf/asyncio.py", "raise RuntimeError('not the library')\n");
    Path script =
        owf.script(
            "shelf/script.py",
            """
            import dataclasses, pickle, neighbour, workflows, agent_workflows
            from workflows import agent
            @dataclasses.dataclass
            class Page:
                title: "str"
            async def main(args):
                assert workflows.agent is agent_workflows.agent
                assert pickle.loads(pickle.dumps(Page("a"))) == Page("a")
                return [neighbour.NAME, (await agent("ours")).text]
            """);

    JsonNode run = owf.json("run", script.toString());

    assertThat(run.get("output")).isEqualTo(Json.read("[\"next door\", \"ours\"]"));
    try (var files = Files.list(script.getParent())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("neighbour.py", "workflows.py", "asyncio.py", "script.py");
    }
  }

  @Test
  void theChosenPythonIsTheOneThatTheScriptSees() {
    Path script = owf.script("which.py", WHICH);
    Path environment = owf.directory().resolve("venv");
    Finished made =
        owf.program(List.of(Owf.python(), "-m", "venv", "--without-pip", environment.toString()))
            .run();
    assertThat(made.exitCode()).as(made.toString()).isZero();
    String python = environment.resolve("bin/python3").toString();

    JsonNode byDefault = owf.json("run", script.toString()).get("output");
    JsonNode byOption = owf.json("run", script.toString(), "--python", python).get("output");
    JsonNode byVirtualEnvironment =
        output(
            owf.command("run", script.toString(), "--json")
                .without("OWF_PYTHON")
                .with("VIRTUAL_ENV", environment.toString()));
    JsonNode byVariable =
        output(owf.command("run", script.toString(), "--json").with("OWF_PYTHON", python));

    assertThat(byDefault.get("prefix").stringValue()).isNotEqualTo(environment.toString());
    assertThat(byDefault.at("/argv/0").stringValue()).isEqualTo(script.toString());
    assertThat(byDefault.get("file").stringValue()).isEqualTo(script.toString());
    for (JsonNode chosen : List.of(byOption, byVirtualEnvironment, byVariable)) {
      assertThat(chosen.get("prefix").stringValue()).isEqualTo(environment.toString());
      assertThat(chosen.get("executable").stringValue()).isEqualTo(python);
    }
  }

  private static JsonNode output(Owf.Invocation run) {
    Finished finished = run.run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished.json().get("output");
  }

  @Test
  void noPythonIsToldWithWhatWasTried() {
    Path script = owf.script("which.py", WHICH);
    Path empty = owf.directory().resolve("empty");
    Owf.write(empty.resolve("readme.txt"), "Nothing to run here.\n");

    assertRefused(
        owf.command("run", script.toString())
            .without("OWF_PYTHON")
            .with("PATH", empty.toString())
            .with("VIRTUAL_ENV", empty.toString()),
        "3.10",
        "python3 on PATH",
        empty.resolve("bin/python3").toString(),
        "--python");
    assertRefused(
        owf.command("run", script.toString(), "--python", empty.resolve("readme.txt").toString()),
        "--python",
        "readme.txt");
    assertRefused(
        owf.command("run", script.toString(), "--python", "no-such-python"), "no-such-python");
  }

  @Test
  void aPythonThatIsTooOldOrBrokenIsToldAsSuch() throws IOException {
    Path script = owf.script("which.py", WHICH);
    Path old = program("old/python3", "printf '3.8.1\\n/usr/bin/python3.8\\n'");
    Path broken = program("broken/python3", "echo 'cannot find my library' >&2; exit 1");

    assertRefused(
        owf.command("run", script.toString())
            .without("OWF_PYTHON")
            .with("PATH", old.getParent() + ":/usr/bin:/bin"),
        old.toString(),
        "3.8.1",
        "3.10");
    assertRefused(
        owf.command("run", script.toString(), "--python", broken.toString()),
        broken.toString(),
        "cannot find my library");
    assertRefused(
        owf.command("run", script.toString()).with("OWF_PYTHON", "/bin/true"), "/bin/true");
  }

  @Test
  void anInterpreterThatEndsBeforeItsRunIsToldAtOnceWithItsExitCode() {
    Path leaves = owf.script("leaves.py", "import os\nos._exit(7)\n");
    Path killed = owf.script("killed.py", "import os\nos.kill(os.getpid(), 9)\n");

    for (String command : List.of("run", "validate")) {
      long start = System.nanoTime();
      Finished left = owf.run(command, leaves.toString());
      Finished signalled = owf.run(command, killed.toString(), "--json");
      long seconds = (System.nanoTime() - start) / 1_000_000_000;

      assertThat(left.exitCode()).as(left.toString()).isEqualTo(1);
      assertThat(left.stderr()).contains("ended with exit code 7 before its run was opened");
      assertThat(signalled.exitCode()).as(signalled.toString()).isEqualTo(1);
      assertThat(signalled.json().get("error").stringValue()).contains("ended by signal 9");
      // It used to be ten seconds each.
      assertThat(seconds).as("seconds for both").isLessThan(15);
    }
  }

  @Test
  void aPythonThatNeverAnswersIsGivenUp() throws IOException {
    Path script = owf.script("which.py", WHICH);
    Path silent = program("silent/python3", "exec sleep 600");

    assertRefused(
        owf.command("run", script.toString(), "--python", silent.toString()), silent.toString());
  }

  @Test
  void namesOutsideAsciiWorkAndALocaleThatCannotTellThemIsNamed() {
    Path script = owf.script("übung für alle/schön 🍵.py", WHICH);

    JsonNode output = owf.json("run", script.toString()).get("output");
    Finished ascii = owf.command("run", script.toString()).with("LANG", "C").run();

    assertThat(output.get("file").stringValue()).isEqualTo(script.toString());
    assertThat(ascii.exitCode()).as(ascii.toString()).isEqualTo(2);
    assertThat(ascii.stderr().lines()).hasSizeBetween(1, 2);
    assertThat(ascii.stderr()).contains("UTF-8").doesNotContain("Exception");
  }

  private static Path program(String name, String commands) throws IOException {
    Path program = owf.script(name, "#!/bin/sh\n" + commands + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  private static void assertRefused(Owf.Invocation run, String... named) {
    Finished finished = run.run();
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
    assertThat(finished.stdout()).isEmpty();
    assertThat(finished.stderr().lines()).hasSizeBetween(1, 2);
    assertThat(finished.stderr()).contains(named).doesNotContain("Exception", "\tat ");
  }
}
