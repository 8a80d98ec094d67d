package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
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

    assertThat(latest(withoutHome("status", "latest", "--json").in(elsewhere).run()))
        .as("the home used last")
        .isEqualTo(first);

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
