package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Where runs are recorded, and where commands look for them. */
class HomeIT {

  @RegisterExtension static final Owf owf = new Owf();

  @Test
  void aCommandFindsTheHomeThatItsUserMeans(@TempDir Path elsewhere) throws IOException {
    Path inside = owf.directory().resolve("deep/inside");
    Path script = owf.script("deep/inside/hello.py", "async def main(args): return 1\n");
    Path beside = inside.resolve(".workflows");

    Finished run = withoutHome("run", script.toString(), "--json").in(elsewhere).run();
    String first = run.json().required("run_id").stringValue();
    assertThat(run.json().get("run_dir").stringValue())
        .isEqualTo(beside.resolve("runs").resolve(first).toString());
    assertThat(beside.resolve("workflow.sqlite")).exists();

    Finished fallback = withoutHome("status", "latest", "--json").in(elsewhere).run();
    assertThat(latest(fallback)).as("the home used last").isEqualTo(first);
    assertThat(fallback.stderr()).contains("the one used last", beside.toString());
    for (String command : List.of("resume latest", "gc", "cancel latest")) {
      Finished refused = withoutHome(command.split(" ")).in(elsewhere).run();
      assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(2);
      assertThat(refused.stderr()).contains("no .workflows in this project");
    }

    String named = owf.json("run", script.toString()).required("run_id").stringValue();
    assertThat(owf.home().resolve("runs").resolve(named)).as("in OWF_HOME").isDirectory();
    assertThat(latest(withoutHome("status", "latest", "--json").in(elsewhere).run()))
        .as("the home used last is now OWF_HOME's")
        .isEqualTo(named);
    assertThat(latest(withoutHome("status", "latest", "--json").in(inside).run()))
        .as("./.workflows goes before the home used last")
        .isEqualTo(first);
    assertThat(latest(owf.command("status", "latest", "--json").in(inside).run()))
        .as("OWF_HOME goes before ./.workflows")
        .isEqualTo(named);
    assertThat(latest(owf.run("status", "latest", "--json", "--home", beside.toString())))
        .as("--home goes before OWF_HOME")
        .isEqualTo(first);
  }

  @Test
  void aProjectHasOneHomeForAllItsScripts(@TempDir Path directory) throws Exception {
    Path top = directory.toRealPath().resolve("project");
    Files.createDirectories(top.resolve("examples"));
    assertThat(new ProcessBuilder("git", "init", "-q", top.toString()).start().waitFor()).isZero();
    String script = "async def main(args): return 1\n";
    Owf.write(top.resolve("a.py"), script);
    Owf.write(top.resolve("examples/b.py"), script);

    withoutHome("run", "a.py").in(top).run();
    Finished second = withoutHome("run", "b.py", "--json").in(top.resolve("examples")).run();

    assertThat(latest(withoutHome("status", "latest", "--json").in(top).run()))
        .isEqualTo(second.json().required("run_id").stringValue());
    try (var files = Files.walk(top)) {
      assertThat(files.filter(file -> file.endsWith(".workflows")))
          .containsExactly(top.resolve(".workflows"));
    }
  }

  @Test
  void aCloneOfAHomeIsRefusedInOneLineUntilItIsTrusted(@TempDir Path directory) throws Exception {
    Path script = owf.script("cloned/hello.py", "async def main(args): return 1\n");
    Path home = directory.toRealPath().resolve("original");
    owf.json("run", script.toString(), "--home", home.toString());
    Path clone = home.resolveSibling("clone");
    assertThat(new ProcessBuilder("cp", "-a", home.toString(), clone.toString()).start().waitFor())
        .isZero();

    for (String command : List.of("status latest", "runs", "resume latest", "gc")) {
      Finished refused = owf.command(command.split(" ")).and("--home", clone.toString()).run();
      assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(2);
      assertThat(refused.stderr().lines())
          .singleElement()
          .asString()
          .contains("owf trust " + clone);
    }
    Finished inCi =
        owf.command("status", "latest", "--home", clone.toString())
            .with("OWF_TRUST_HOMES", "1")
            .run();
    assertThat(inCi.exitCode()).as(inCi.toString()).isZero();
    assertThat(owf.run("trust", clone.toString()).exitCode()).isZero();
    assertThat(owf.run("resume", "latest", "--home", clone.toString()).exitCode()).isZero();
  }

  @Test
  void aRunWhoseHomeIsRemovedFails(@TempDir Path directory) throws IOException {
    Path home = directory.toRealPath().resolve("home");
    Finished run =
        owf.runScript(
            """
            import shutil
            from workflows import agent
            async def main(args):
                statuses = []
                for i in range(6):
                    statuses.append((await agent(f"q{i}")).status)
                    if i == 2:
                        shutil.rmtree(args["home"])
                print(statuses)
                return "all"
            """,
            "--home",
            home.toString(),
            "--arg",
            "home=" + home);
    assertThat(run.exitCode()).as(run.toString()).isEqualTo(1);
    assertThat(run.stderr() + run.stdout())
        .contains("is gone: its home was removed")
        .contains("['done', 'done', 'done', 'failed', 'failed', 'failed']");
  }

  @Test
  @Tag("smoke")
  void commandsThatOnlyLookAtAScriptMakeNothing() throws IOException {
    Path script =
        owf.script(
            "looked-at/plan.py",
            """
            from workflows import meta
            meta(name="planned", description="What it would do.", phases=["a", "b"])
            async def main(args):
                raise SystemExit("main was run")
            """);

    Finished valid = withoutHome("validate", script.toString(), "--json").run();
    Finished planned =
        withoutHome("dry-run", script.toString(), "--json", "--arg", "x=1", "--budget-tokens", "9")
            .run();

    assertThat(valid.exitCode()).as(valid.toString()).isZero();
    assertThat(valid.json().toString()).contains("planned");
    assertThat(planned.exitCode()).as(planned.toString()).isZero();
    assertThat(planned.json().toString())
        .contains("planned", "What it would do.", script.toString(), "\"x\"");
    try (var files = Files.list(script.getParent())) {
      assertThat(files).containsExactly(script);
    }
  }

  @Test
  void severalCoordinatorsUseOneHomeAtOnce() {
    Path script =
        owf.script(
            "crowd.py",
            """
            from workflows import agent, parallel
            async def main(args):
                await parallel([lambda i=i: agent(f"{args['who']} {i}") for i in range(300)])
            """);

    List<OwfProcess> crowd =
        Stream.of("a", "b", "c")
            .map(who ->
                owf.command("run", script.toString(), "--arg", "who=" + who, "--json").start())
            .toList();
    List<Finished> finished = crowd.stream().map(OwfProcess::finish).toList();

    assertThat(finished)
        .allSatisfy(run -> {
          assertThat(run.exitCode()).as(run.toString()).isZero();
          assertThat(run.stderr()).isEmpty();
          assertThat(column(owf.calls(run.json().get("run_id").stringValue()), "status"))
              .hasSize(300)
              .containsOnly("done");
        });
  }

  private static Owf.Invocation withoutHome(String... arguments) {
    return owf.command(arguments).without("OWF_HOME");
  }

  private static String latest(Finished status) {
    assertThat(status.exitCode()).as(status.toString()).isZero();
    return status.json().at("/run/id").stringValue();
  }

  /** A library that stays when the driver changes would be another one's. */
  @Test
  void theNativeLibraryIsKeptByTheDriversVersion() throws IOException {
    owf.run("run", owf.script("kept.py", "async def main(args): return 1").toString());

    try (Stream<Path> kept = Files.list(owf.cache().resolve("owf"))) {
      assertThat(kept.map(path -> path.getFileName().toString()))
          .filteredOn(name -> name.startsWith("sqlite-"))
          .singleElement()
          .asString()
          .matches("sqlite-\\d+\\.\\d+.*");
    }
  }
}
