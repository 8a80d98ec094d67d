package dev.agentworkflows.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchRuntimeException;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.home.UserCache;
import dev.agentworkflows.coordinator.run.LoadedScript;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.coordinator.run.ScriptMeta;
import dev.agentworkflows.coordinator.testing.FileState;
import dev.agentworkflows.coordinator.testing.HostileNames;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.spi.AdapterFactory;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What remote users may name, and what it leads to on this machine. */
class CliHostedRunsTest {

  @TempDir private Path directory;
  private OpenHome home;
  private Providers providers;
  private NamedWorkspaces workspaces;
  private CliHostedRuns hosting;
  private Path app;

  @BeforeEach
  void aSharedCoordinator() throws Exception {
    CommandDesk desk = new CommandDesk(directory);
    desk.record("some text");
    app = Files.createDirectories(directory.resolve("app")).toRealPath();
    Files.createDirectories(directory.resolve("other"));
    Map<String, String> variables = Map.of("HOME", directory.resolve("user").toString());
    providers = Providers.of(ServiceLoader.load(AdapterFactory.class), variables);
    Environment environment =
        new Environment(
            variables, UserCache.of(variables), Clock.fixed(Records.NOON, ZoneOffset.UTC));
    home = OpenHome.open(desk.home(), environment, providers::redactor);
    workspaces = new NamedWorkspaces(List.of("app=" + app), desk.home());
    hosting = new CliHostedRuns(home, providers, workspaces, environment, CommandTable::new);
  }

  @AfterEach
  void close() {
    home.close();
    providers.close();
  }

  private Map<String, String> state() {
    return FileState.of(
        directory,
        path -> !path.toString().contains("workflow.sqlite") && !path.toString().contains("/user"));
  }

  private RunOptions options(@Nullable String workspace, String script, @Nullable String resumed) {
    return hosting.options(
        new RequestedRun(
            null, null, null, null, false, null, workspace, null, null, false, resumed),
        new LoadedScript(
            script, "00", new ScriptMeta(null, null, List.of(), false, false), "test", "{}"));
  }

  @Test
  void aRunThatMayAskModelsWithoutAPriceMayDoSoWhenItIsResumed() {
    RequestedRun allowing =
        new RequestedRun(null, null, null, "2.50", true, null, null, null, null, false, null);
    RunOptions options =
        hosting.options(
            allowing,
            new LoadedScript(
                "/s.py", "00", new ScriptMeta(null, null, List.of(), false, false), "test", "{}"));

    assertThat(options.budget().allowUnpriced()).isTrue();
    assertThat(options(null, "/s.py", null).budget().allowUnpriced()).isFalse();
  }

  private static List<String> hostile() {
    return HostileNames.all().toList();
  }

  /** Isolated calls are refused there, and so are all others, except where no name was given. */
  private void assertAllowsNothing(Path workspace) {
    AllowedWorkspaces allowed = workspaces.allowed();
    assertThat(allowed.refusal(workspace)).as(workspace.toString()).isPresent();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aWorkspaceIsANameOrNothing(String name) {
    assertAllowsNothing(options(name, "/s.py", null).workspace());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "other",
        "../other",
        "app/",
        "app/..",
        "app/../other",
        "APP",
        "app=",
        "none",
        "unknown"
      })
  void nearlyANameIsNone(String name) {
    assertAllowsNothing(options(name, "/s.py", null).workspace());
    assertAllowsNothing(
        options(app.resolve("..").resolve(name).toString(), "/s.py", null).workspace());
  }

  @Test
  void aNameOfTheOperatorsLeadsToItsDirectory() {
    assertThat(options("app", "/s.py", null).workspace()).isEqualTo(app);
    assertThat(workspaces.allowed().refusal(app)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void theScriptsPathIsATextAndLeadsNowhereHere(String path) {
    Map<String, String> before = state();
    try {
      assertThat(options(null, path, null).workspace().toString()).endsWith("workspaces/none");
    } catch (IllegalArgumentException e) {
      assertThat(path).as("only what no system takes for a path: " + e).contains("\0");
    }
    assertThat(state()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aRunToResumeIsLookedUp(String id) {
    assertThat(catchRuntimeException(() -> options(null, "/s.py", id)))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("unknown run");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "report latest --out OUT",
        "report latest --out=OUT",
        "status latest --home OUT",
        "status latest --home=OUT",
        "providers --adapters OUT",
        "prices --refresh --url file:///etc/passwd",
        "status @OUT",
        "@OUT",
        "export latest OUT",
        "apply latest",
        "gc",
        "init OUT",
        "new OUT",
        "run OUT",
        "resume latest",
        "serve --home OUT",
        "batch fetch latest --out OUT",
        "batch submit OUT --provider fake",
        "mcp",
        "adapters install OUT",
        "doctor --home OUT",
        "--help",
        "status latest --follow",
        "report latest --ou OUT",
        "report latest -out OUT",
        "report latest \"--out\"=OUT",
        "status latest --coordinator 127.0.0.1:1 --token-file OUT",
        "status latest --coordinator=127.0.0.1:1 --token-file=OUT",
        "runs --ca OUT",
        "runs --client-cert=OUT --client-key=OUT",
        "runs --tls",
        "runs --limit @OUT",
        "runs --limit --out",
        "status latest latest",
        "status -- OUT",
        "cat latest/1 --prompt=OUT",
        "help status",
        "approve latest --yes --home=OUT"
      })
  void aCommandThatNamesAFileHereIsRefused(String line) {
    Map<String, String> before = state();
    List<String> words =
        List.of(line.replace("OUT", directory.resolve("out.txt").toString()).split(" "));

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = hosting.command(words, null, out, err);

    String said = err.toString(StandardCharsets.UTF_8);
    assertThat(code).as(said).isEqualTo(ExitCode.REFUSED);
    assertThat(state()).isEqualTo(before);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runs",
        "runs --json",
        "runs --limit 1",
        "runs --limit=1 --json",
        "status latest --json",
        "calls latest",
        "events latest --json",
        "report latest --html --stdout",
        "usage --by day",
        "providers --json",
        "prices --help",
        "runs -h"
      })
  void aCommandHasTheOptionsThatAreListedForIt(String line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = hosting.command(List.of(line.split(" ")), null, out, out);
    assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isZero();
  }

  @Test
  void variablesThatLeadElsewhereLeadNowhere() {
    Map<String, String> variables =
        Map.of(
            "HOME", directory.resolve("user").toString(),
            "OWF_COORDINATOR", "127.0.0.1:1",
            "OWF_TOKEN_FILE", directory.resolve("planted").toString());
    CliHostedRuns led =
        new CliHostedRuns(
            home,
            providers,
            workspaces,
            new Environment(
                variables, UserCache.of(variables), Clock.fixed(Records.NOON, ZoneOffset.UTC)),
            CommandTable::new);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    led.command(List.of("runs"), null, out, out);
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("127.0.0.1", "planted");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void anIdFromElsewhereIsLookedUp(String id) {
    Map<String, String> before = state();
    for (String command : List.of("cat", "diff", "status", "artifacts", "report", "cancel")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      int code = hosting.command(List.of(command, id), null, out, out);
      assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.REFUSED);
    }
    assertThat(state()).isEqualTo(before);
  }
}
