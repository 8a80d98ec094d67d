package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.call.SharedLimits;
import dev.agentworkflows.coordinator.up.CallersCommand;
import dev.agentworkflows.coordinator.up.TerminalFacts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallersCommandLineTest {

  private static final TerminalFacts NO_TERMINAL = new TerminalFacts(false, false, false, 0, 0);

  private final CallersCommandLine commands =
      new CallersCommandLine(CommandTable::new, new SharedLimits(Clock.systemUTC()));

  @TempDir private Path directory;
  private final Map<String, String> variables = new HashMap<>();

  @BeforeEach
  void aHomeWithARun() throws Exception {
    new CommandDesk(directory).record("some text");
    variables.put("HOME", directory.resolve("user").toString());
  }

  private CallersCommand typed(String line) {
    return new CallersCommand(directory, NO_TERMINAL, List.of(line.split(" ")), variables);
  }

  /** The exit code, and what was printed to both streams. */
  private String carriedOut(CallersCommand command) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code = commands.carryOut(command, new PrintingCaller(said));
    return code + " " + said.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status latest",
        "runs --limit=3 --json",
        "calls latest --home somewhere",
        "cat call --prompt",
        "usage --by day --all-homes",
        "run script.py --arg path=- --home=somewhere --budget-tokens 5 --json",
        "resume latest --wait-for-limits 6h",
        "help status",
        "--version"
      })
  void commandsThatReadOrRunAreTaken(String line) {
    assertThat(commands.takes(typed(line))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run script.py --args-json -",
        "run script.py --args-json=-",
        "run script.py --budget-cost-eur 3",
        "dry-run script.py",
        "gc",
        "cancel latest",
        "diff call",
        "providers",
        "serve",
        "up",
        "status latest --follow",
        "status latest --debug",
        "status latest --coordinator 127.0.0.1:7443",
        "status latest --token-file=token"
      })
  void nothingElseIsTaken(String line) {
    assertThat(commands.takes(typed(line))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "OWF_COORDINATOR, 127.0.0.1:7443, false",
    "OWF_COORDINATOR, '', true",
    "OWF_PROVIDERS_FILE, providers.json, false",
    "OWF_PROVIDERS_FILE, /etc/providers.json, true",
    "OWF_TRACE, 1, false",
    "OWF_TRACE, 0, true",
    "OWF_ADAPTERS, adapters, false",
    "OWF_PROVIDER_CLAUDE_PROGRAM, ./claude, false",
    "OWF_PROVIDER_OPENAI_BASE_URL, http://127.0.0.1/v1, true",
    "CLAUDE_CONFIG_DIR, .claude, false",
    "TZ, Pacific/Kiritimati, false"
  })
  void aVariableForTheCallersOwnProcessIsLeftToIt(String name, String value, boolean taken) {
    variables.put(name, value);

    assertThat(commands.takes(typed("status latest"))).isEqualTo(taken);
  }

  @Test
  void whatIsNamedIsRelativeToTheCallersDirectory() throws Exception {
    assertThat(carriedOut(typed("status latest --home home"))).startsWith("0 run_id:");
    variables.put("OWF_HOME", "home");
    assertThat(carriedOut(typed("status latest"))).startsWith("0 run_id:");
    variables.remove("OWF_HOME");
    Path project = Files.createDirectories(directory.resolve("project/below"));
    assertThat(
            carriedOut(
                new CallersCommand(project, NO_TERMINAL, List.of("status", "latest"), variables)))
        .startsWith("2 owf: no run is recorded here");
  }

  @Test
  void twoCallersKeysAreNeverMixed() {
    String one = "sk-one-4711-abcdefghijkl";
    String two = "sk-two-0815-mnopqrstuvwx";
    List<CompletableFuture<String>> both =
        IntStream.range(0, 200)
            .mapToObj(i -> {
              Map<String, String> own = new HashMap<>(variables);
              own.put(i % 2 == 0 ? "OPENAI_API_KEY" : "GEMINI_API_KEY", i % 2 == 0 ? one : two);
              CallersCommand asked =
                  new CallersCommand(
                      directory,
                      NO_TERMINAL,
                      List.of("status", one + "," + two, "--home", "home"),
                      own);
              return CompletableFuture.supplyAsync(() -> carriedOut(asked));
            })
            .toList();

    for (int i = 0; i < both.size(); i++) {
      assertThat(both.get(i).join())
          .contains(
              i % 2 == 0 ? "[redacted:OPENAI_API_KEY]," + two : one + ",[redacted:GEMINI_API_KEY]");
    }
  }
}
