package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a start loads, and where it says that its time goes. */
@Tag("smoke")
class StartIT {

  @RegisterExtension static final Owf owf = new Owf();

  /**
   * Libraries that take a tenth of a second each, and are for other commands; and what the JVM puts
   * together from method handles, in milliseconds: a record's own equality, a reference to a method
   * that depends on its caller.
   */
  private static final Pattern LATER =
      Pattern.compile(
          "org\\.jdbi\\.v3\\.core\\.Jdbi |tools\\.jackson\\.databind\\.ObjectMapper|org\\.eclipse\\.jgit"
              + "|java\\.lang\\.runtime\\.ObjectMethods|dev\\.agentworkflows\\S*InjectedInvoker");

  private static final String SCRIPT =
      """
      from workflows import agent, meta

      meta(name="hello")


      async def main(args):
          return (await agent("Say hello.")).text_or_raise()
      """;

  @TempDir private static Path logs;

  /** The second run of a script looks for answers of the first, and must not pay for that. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "run hello.py",
        "run hello.py --args-json {\"a\":1}",
        "resume latest",
        "explain-cache latest",
        "status latest",
        "runs"
      })
  void aStartLoadsWhatItNeeds(String command) throws IOException {
    owf.script("hello.py", SCRIPT);
    assertThat(owf.run("run", "hello.py").exitCode()).isZero();
    Path loaded = logs.resolve("loaded.log");

    Finished second =
        owf.program(
                Stream.concat(
                        Stream.of(
                            Path.of(System.getProperty("java.home"), "bin/java").toString(),
                            "-Xlog:class+load:file=" + loaded,
                            "-jar",
                            System.getProperty("owf.jar")),
                        Arrays.stream(command.split(" ")))
                    .toList())
            .run();

    assertThat(second.exitCode()).as(second.toString()).isZero();
    assertThat(Files.readAllLines(loaded))
        .as("classes")
        .hasSizeGreaterThan(500)
        .filteredOn(line -> LATER.matcher(line).find())
        .isEmpty();
  }

  @Test
  void aTraceHasThePhasesOfAStart() {
    owf.script("hello.py", SCRIPT);
    Finished traced = owf.command("run", "hello.py").with("OWF_TRACE", "1").run();

    List<String> steps =
        traced.stderr().lines().filter(line -> line.startsWith("owf: trace:")).toList();
    assertThat(steps)
        .extracting(line -> line.replaceAll("owf: trace: +\\d+ +\\d+ +", ""))
        .containsExactly(
            "owf: trace: ms since the start, ms of each step",
            "the virtual machine runs",
            "the command line is read",
            "options and providers are known",
            "the interpreter is started",
            "the database is open",
            "the coordinator listens",
            "the run is open",
            "the run is over",
            "the script's process is gone",
            "the command is done");
    assertThat(owf.command("run", "hello.py").with("OWF_TRACE", "0").run().stderr())
        .doesNotContain("trace");
  }
}
