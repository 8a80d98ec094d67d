package dev.agentworkflows.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Bad input: one or two plain lines, the right exit code, and nothing recorded or lost. */
class RefusalsIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String UNKNOWN_RUN = "run_20200101_000000_abcdef";

  /** A command line, and what its message must name. */
  static final List<Arguments> REFUSED =
      List.of(
          refused("run missing.py", "missing.py"),
          refused("run .", "directory"),
          refused("run broken.py", "broken.py:3"),
          refused("run mainless.py", "mainless.py", "main"),
          refused("run fine.py --args-json {no", "--args-json"),
          refused("run fine.py --args-json [1]", "--args-json", "object"),
          refused("run fine.py --arg novalue", "--arg", "novalue", "KEY=VALUE"),
          refused("run fine.py --provider nobody", "nobody", "fake"),
          refused("run fine.py --cache-policy sometimes", "sometimes", "read_only"),
          refused("run fine.py --budget-tokens -5", "--budget-tokens", "-5"),
          refused("run fine.py --budget-tokens many", "--budget-tokens", "many"),
          refused("run fine.py --timeout 0", "--timeout"),
          refused("run fine.py --workspace nowhere", "nowhere"),
          refused("run fine.py --no-such-option", "--no-such-option"),
          refused("run", "SCRIPT"),
          refused("run fine.py --home fine.py/home", "fine.py/home"),
          refused("validate broken.py", "broken.py:3"),
          refused("dry-run mainless.py", "main"),
          refused("resume " + UNKNOWN_RUN, UNKNOWN_RUN),
          refused("status " + UNKNOWN_RUN, UNKNOWN_RUN),
          refused("calls " + UNKNOWN_RUN, UNKNOWN_RUN),
          refused("output " + UNKNOWN_RUN, UNKNOWN_RUN),
          refused("events " + UNKNOWN_RUN, UNKNOWN_RUN),
          refused("artifacts " + UNKNOWN_RUN, UNKNOWN_RUN),
          refused("export " + UNKNOWN_RUN, UNKNOWN_RUN),
          refused("cat " + UNKNOWN_RUN + "_call_0001", UNKNOWN_RUN + "_call_0001"),
          refused("status latest --home never-used", "never-used"),
          refused("adapters --adapters nowhere", "nowhere", "--adapters"),
          refused("adapters install example", "example", "GROUP:ARTIFACT:VERSION"),
          refused("adapters uninstall", "uninstall"),
          refused("run fine.py --coordinator nowhere --token-file x", "nowhere", "HOST:PORT"),
          refused("resume latest --coordinator nowhere --token-file x", "nowhere", "HOST:PORT"),
          refused("status latest --coordinator nowhere --token-file x", "x"),
          refused("mcp --port 99999", "--port", "99999"),
          refused("mcp --home fine.py/home", "fine.py/home"),
          refused("frobnicate", "frobnicate"));

  private static Arguments refused(String commandLine, String... named) {
    return Arguments.of(commandLine, named);
  }

  @BeforeAll
  static void oneRunIsRecorded() {
    owf.script("broken.py", "from workflows import agent\n\nasync def main(args:\n    return 1\n");
    owf.script("mainless.py", "from workflows import agent\nx = 1\n");
    owf.script("fine.py", "async def main(args):\n    return 1\n");
    owf.json("run", "fine.py");
  }

  @ParameterizedTest(name = "{0}")
  @FieldSource("REFUSED")
  void whatCannotBeDoneIsRefusedInPlainWords(String commandLine, String[] named)
      throws SQLException {
    Finished finished = owf.command(commandLine.split(" ")).and("--json").run();

    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
    assertThat(finished.stderr().lines()).as("stderr").hasSizeBetween(1, 2);
    assertThat(finished.stderr()).contains(named).doesNotContain("\tat ", "Exception", "Traceback");
    assertThat(finished.json().required("error").stringValue()).contains(named);
    assertThat(recordedRuns(owf.home())).isEqualTo(1);
  }

  @Test
  @Tag("smoke")
  void aMessageIsForPeopleWithoutJson() {
    Finished finished = owf.run("run", "missing.py");

    assertThat(finished.exitCode()).isEqualTo(2);
    assertThat(finished.stdout()).isEmpty();
    assertThat(finished.stderr().lines()).hasSizeBetween(1, 2);
  }

  @Test
  void debugShowsWhereAnErrorComesFrom() {
    Finished finished = owf.run("run", "missing.py", "--debug");

    assertThat(finished.exitCode()).isEqualTo(2);
    assertThat(finished.stderr()).contains("\tat dev.agentworkflows");
  }

  static final List<String> COMMANDS_ON_A_DATABASE =
      List.of("run fine.py", "status latest", "runs");

  @ParameterizedTest
  @FieldSource("COMMANDS_ON_A_DATABASE")
  void aFileThatIsNoDatabaseIsLeftAsItIs(String commandLine) throws IOException {
    Path home = Files.createTempDirectory(owf.directory(), "corrupt");
    Path database = home.resolve("workflow.sqlite");
    byte[] content =
        "These are my notes, not a database.\n".repeat(200).getBytes(StandardCharsets.UTF_8);
    Files.write(database, content);

    assertRefusedBecauseOf(database, on(home, commandLine));
    assertThat(database).hasBinaryContent(content);
  }

  @ParameterizedTest
  @FieldSource("COMMANDS_ON_A_DATABASE")
  void anotherProgramsDatabaseIsLeftAsItIs(String commandLine) throws Exception {
    Path home = Files.createTempDirectory(owf.directory(), "foreign");
    Path database = home.resolve("workflow.sqlite");
    try (Connection connection = connect(database);
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE recipe (name TEXT)");
      statement.execute("INSERT INTO recipe VALUES ('soup')");
    }
    byte[] content = Files.readAllBytes(database);

    assertRefusedBecauseOf(database, on(home, commandLine));
    assertThat(database).hasBinaryContent(content);
  }

  @Test
  void aDatabaseCutShortIsRefusedAndLeftAsItIs() throws IOException {
    Path home = Files.createTempDirectory(owf.directory(), "cut");
    owf.json("run", "fine.py", "--home", home.toString());
    Path database = home.resolve("workflow.sqlite");
    byte[] whole = Files.readAllBytes(database);
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);
    Arrays.fill(cut, 4000, cut.length, (byte) 0x5a);
    Files.write(database, cut);
    Files.deleteIfExists(home.resolve("workflow.sqlite-wal"));
    Files.deleteIfExists(home.resolve("workflow.sqlite-shm"));

    assertRefusedBecauseOf(database, on(home, "status latest"));
    assertThat(database).hasBinaryContent(cut);
  }

  private static Finished on(Path home, String commandLine) {
    // What is wrong with the database is told once its home is trusted.
    return owf.command(commandLine.split(" "))
        .and("--home", home.toString())
        .with("OWF_TRUST_HOMES", "1")
        .run();
  }

  private static void assertRefusedBecauseOf(Path file, Finished finished) {
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
    assertThat(finished.stdout()).isEmpty();
    assertThat(finished.stderr().lines()).hasSizeBetween(1, 2);
    assertThat(finished.stderr()).contains(file.toString()).doesNotContain("\tat ", "Exception");
  }

  private static int recordedRuns(Path home) throws SQLException {
    try (Connection connection = connect(home.resolve("workflow.sqlite"));
        var statement = connection.createStatement();
        var count = statement.executeQuery("SELECT count(*) FROM run")) {
      return count.getInt(1);
    }
  }

  private static Connection connect(Path database) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + database);
  }

  @Test
  @Tag("smoke")
  void misuseOfAgentIsAnErrorInTheScriptAndNoCall() {
    var output =
        owf.output(
            """
            from workflows import agent
            MISUSES = [
                ((7,), {}), (("p",), {"isolation": "bubble"}), (("p",), {"cache_policy": "never"}),
                (("p",), {"timeout_seconds": 0}), (("p",), {"timeout_seconds": float("nan")}),
                (("p",), {"timeout_seconds": "5"}), (("p",), {"label": 3}), (("p",), {"schema": "object"}),
                (("p",), {"metadata": {"x": {1, 2}}}), (("p",), {"write_scope": [1]}), (("p",), {"no_such": 1}),
            ]
            async def main(args):
                told = []
                for positional, named in MISUSES:
                    try:
                        await agent(*positional, **named)
                        told.append(None)
                    except (ValueError, TypeError) as error:
                        told.append([type(error).__name__, str(error), list(named) or ["prompt"]])
                return told
            """);

    assertThat(output)
        .hasSize(11)
        .allSatisfy(told -> {
          assertThat(told.isNull()).isFalse();
          assertThat(told.get(0).stringValue()).isIn("ValueError", "TypeError");
          assertThat(told.get(1).stringValue()).contains(told.at("/2/0").stringValue());
        });
    assertThat(owf.calls("latest")).isEmpty();
  }
}
