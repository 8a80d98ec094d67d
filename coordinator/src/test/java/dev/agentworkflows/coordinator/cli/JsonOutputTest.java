package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.cli.CommandDesk.Said;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.secret.Redactor;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Whatever happens, {@code --json} prints one document on standard output or nothing at all: over
 * all commands, in good cases and in bad ones.
 */
class JsonOutputTest {

  private static final String UNKNOWN_RUN = "run_20200101_000000_abcdef";
  private static final String UNKNOWN_CALL = UNKNOWN_RUN + "_call_0001";

  /**
   * Words after each command that fit it: with a run or call where it takes one. Those that go on
   * until they are ended, or start a script, are tried with words that are refused; the integration
   * tests start them.
   */
  private static final Map<String, String> WORDS = new LinkedHashMap<>();

  /** They do not fail where there is no run: their answer is then that there is none. */
  private static final Set<String> WITHOUT_RUNS =
      Set.of(
          "init",
          "examples",
          "doctor",
          "runs",
          "usage",
          "prices",
          "providers",
          "adapters",
          "batch list",
          "mcp",
          "gc");

  static {
    WORDS.put("init", "");
    WORDS.put("new", "NOWHERE/x.py --template nothing");
    WORDS.put("examples", "");
    WORDS.put("doctor", "");
    WORDS.put("completion", "tcsh");
    WORDS.put("validate", "missing.py");
    WORDS.put("dry-run", "missing.py");
    WORDS.put("run", "missing.py");
    WORDS.put("resume", "UNKNOWN_RUN");
    WORDS.put("status", "RUN");
    WORDS.put("runs", "");
    WORDS.put("calls", "RUN");
    WORDS.put("output", "RUN");
    WORDS.put("events", "RUN");
    WORDS.put("cat", "CALL");
    WORDS.put("artifacts", "RUN");
    WORDS.put("export", "RUN TEMP");
    WORDS.put("explain-cache", "RUN");
    WORDS.put("report", "RUN");
    WORDS.put("usage", "");
    WORDS.put("prices", "");
    WORDS.put("providers", "");
    WORDS.put("diff", "CALL");
    WORDS.put("apply", "CALL");
    WORDS.put("gc", "--dry-run");
    WORDS.put("cancel", "RUN");
    WORDS.put("approve", "RUN --yes");
    WORDS.put("ui", "--port 99999");
    WORDS.put("serve", "--listen nowhere");
    WORDS.put("up", "--idle nonsense");
    WORDS.put("down", "");
    WORDS.put("mcp", "--http --port 99999");
    WORDS.put("adapters", "");
    WORDS.put("adapters install", "nonsense");
    WORDS.put("batch submit", "missing.jsonl --provider openai");
    WORDS.put("batch status", "nothing");
    WORDS.put("batch fetch", "nothing");
    WORDS.put("batch list", "");
    WORDS.put("trust", "NOWHERE");
  }

  @TempDir private Path directory;
  private CommandDesk desk;

  @BeforeEach
  void aHome() {
    desk = new CommandDesk(directory);
  }

  static Stream<String> commands() {
    return CommandTable.names().stream();
  }

  @Test
  void everyCommandHasWordsHere() {
    assertThat(WORDS).containsOnlyKeys(CommandTable.names());
  }

  private Said run(String command, String words, String... more) {
    return run(Map.of(), command, words, more);
  }

  private Said run(Map<String, String> variables, String command, String words, String... more) {
    String line =
        (command + " " + words)
            .replace("UNKNOWN_RUN", UNKNOWN_RUN)
            .replace("TEMP", directory.resolve("exported").toString())
            .replace("NOWHERE", directory.toString())
            .replace("CALL", CommandDesk.CALL)
            .replace(" RUN", " " + CommandDesk.RUN);
    List<String> all = new ArrayList<>(Arrays.asList(line.strip().split(" +")));
    all.addAll(List.of(more));
    all.add("--json");
    return desk.run(variables, all.toArray(String[]::new));
  }

  /** One document, and an error's shape where the command failed. */
  private static void assertOneDocument(Said said) {
    assertThat(said.out()).as(said.toString()).isNotBlank();
    JsonNode document = Json.read(said.out());
    if (said.exitCode() == ExitCode.REFUSED) {
      assertThat(document.isObject()).as(said.toString()).isTrue();
      assertThat(document.get("error").stringValue()).as(said.toString()).isNotBlank();
      assertThat(said.err()).as(said.toString()).startsWith("owf: ");
    }
  }

  private static void assertRefused(Said said) {
    assertOneDocument(said);
    assertThat(said.exitCode()).as(said.toString()).isEqualTo(ExitCode.REFUSED);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void withARunThatIsThere(String command) throws Exception {
    desk.record("a plain text");

    assertOneDocument(run(command, WORDS.getOrDefault(command, "")));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void withAnOptionThatThereIsNot(String command) {
    Said said = run(command, WORDS.getOrDefault(command, ""), "--no-such-option");

    assertRefused(said);
    assertThat(said.err()).contains("--no-such-option");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void withTooManyWords(String command) {
    assertRefused(run(command, WORDS.getOrDefault(command, ""), "a", "b", "c"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void withAnIdThatThereIsNot(String command) throws Exception {
    desk.record("a plain text");
    String words =
        WORDS.getOrDefault(command, "").replace("RUN", UNKNOWN_RUN).replace("CALL", UNKNOWN_CALL);

    Said said = run(command, words.replace("UNKNOWN_" + UNKNOWN_RUN, UNKNOWN_RUN));

    assertOneDocument(said);
    if (words.contains(UNKNOWN_RUN)) {
      assertRefused(said);
      assertThat(said.out()).contains(UNKNOWN_RUN);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void withAHomeThatThereIsNot(String command) {
    Said said = run(command, WORDS.getOrDefault(command, ""));

    assertOneDocument(said);
    if (!WITHOUT_RUNS.contains(command)) {
      assertRefused(said);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void withADatabaseThatIsNone(String command) throws Exception {
    Files.createDirectories(desk.home().directory());
    Files.writeString(desk.home().database(), "These are notes.\n".repeat(1000));
    Files.createDirectories(desk.home().batches().resolve("batch_20260101_000000_abcdef"));

    assertOneDocument(run(command, WORDS.getOrDefault(command, "")));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void withAHomeThatIsAFile(String command) throws Exception {
    Files.writeString(desk.homePath(), "a file");

    assertOneDocument(run(command, WORDS.getOrDefault(command, "")));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void withConfigurationThatIsBroken(String command) throws Exception {
    desk.record("a plain text");
    Path broken = Files.writeString(directory.resolve("broken.json"), "{\"providers\": [");

    assertOneDocument(
        run(
            Map.of(
                "OWF_PROVIDERS_FILE", broken.toString(),
                "OWF_PRICES_FILE", broken.toString(),
                "OWF_ADAPTERS", broken.toString()),
            command,
            WORDS.getOrDefault(command, "")));
  }

  /** Elsewhere, `run` and `resume` are the shim's own, in a process of its own: see RefusalsIT. */
  static Stream<String> commandsOfThisProcess() {
    return commands().filter(name -> !name.equals("run") && !name.equals("resume"));
  }

  @ParameterizedTest
  @MethodSource("commandsOfThisProcess")
  void withACoordinatorThatIsNotThere(String command) {
    Said said =
        run(
            command,
            WORDS.getOrDefault(command, ""),
            "--coordinator",
            "nowhere",
            "--token-file",
            "x");

    assertRefused(said);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void whoeverSaysSoInFullIsUnderstood(String command) {
    String[] words = (command + " --no-such-option --json=true").split(" ");

    assertOneDocument(desk.run(words));
  }

  @Test
  void aCommandThatThereIsNot() {
    assertRefused(desk.run("frobnicate", "--json"));
    assertRefused(desk.run("batch", "--json"));
    assertRefused(desk.run("--json"));
  }

  /** A second one would make the first unreadable. */
  @Test
  void anErrorAfterTheDocumentIsToldToPeopleAlone() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console screen = Console.on(out, err, new Redactor(Map.of()));
    Environment environment = new Environment(Map.of(), UserCache.of(Map.of()), Clock.systemUTC());
    screen.json(Json.object().put("run_id", "x"));

    new CommandTable(screen, environment).refuse("its end could not be stored", true);
    screen.flush();

    assertThat(Json.read(out.toString(StandardCharsets.UTF_8)).get("run_id").stringValue())
        .isEqualTo("x");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("its end could not be stored");
  }
}
