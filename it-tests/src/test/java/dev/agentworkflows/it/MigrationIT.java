package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.Owf.Invocation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * What people of the Python runtime have, works: the files of {@code docs/migration.md} as they
 * stand, against an endpoint whose address takes the place of the page's.
 */
class MigrationIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final Path ROOT = Path.of(System.getProperty("owf.examples", "")).resolve("..");
  private static final Pattern FILE =
      Pattern.compile("(?ms)^```(?:python|json) (\\S+)\\n(.*?)^```$");
  private static final String VERDICT = "{\\\"verdict\\\": \\\"approve\\\", \\\"issues\\\": []}";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Map<String, AtomicInteger> ASKED = new ConcurrentHashMap<>();
  private static final Map<String, String> FILES = new TreeMap<>();
  private static final ExecutorService ANSWERING = Executors.newCachedThreadPool();
  private static HttpServer endpoint;

  @BeforeAll
  static void start() throws IOException {
    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endpoint.setExecutor(ANSWERING);
    endpoint.createContext("/", MigrationIT::answer);
    endpoint.start();
    String address = "127.0.0.1:" + endpoint.getAddress().getPort();
    Matcher file = FILE.matcher(Files.readString(ROOT.resolve("docs/migration.md")));
    while (file.find()) {
      FILES.put(file.group(1), file.group(2).replace("127.0.0.1:8000", address));
    }
    FILES.forEach((name, text) ->
        Owf.write(
            name.endsWith(".json")
                ? owf.userHome().resolve(".workflows").resolve(name)
                : owf.directory().resolve(name),
            text));
    Path launcher = Owf.write(owf.directory().resolve("bin/owf"), launcher());
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterAll
  static void stop() {
    endpoint.stop(0);
    ANSWERING.shutdownNow();
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String key = exchange.getRequestHeaders().getFirst("Authorization");
    key = key == null ? exchange.getRequestHeaders().getFirst("x-goog-api-key") : key;
    ASKED.computeIfAbsent(path + " " + key, asked -> new AtomicInteger()).incrementAndGet();
    String text = request.contains("issues") ? VERDICT : "three";
    String reply =
        path.equals("/v1/chat/completions")
            ? """
            {"choices": [{"message": {"role": "assistant", "content": "%s"}, "finish_reason": "stop"}],
             "usage": {"prompt_tokens": 1000, "completion_tokens": 100}}
            """
            : """
            {"candidates": [{"content": {"parts": [{"text": "%s"}]}, "finishReason": "STOP"}],
             "usageMetadata": {"promptTokenCount": 1000, "candidatesTokenCount": 100}}
            """;
    boolean known =
        path.equals("/v1/chat/completions")
            || path.equals("/v1beta/models/gemini-3-flash:generateContent");
    byte[] body = (known ? reply.formatted(text) : "{}").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(known ? 200 : 404, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String launcher() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return "#!/bin/sh\nexec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -jar '%s' \"$@\"\n"
        .formatted(java, System.getProperty("owf.jar", ""));
  }

  /** A program in Python that finds the package, as after `pip install ./python-shim`. */
  private static Invocation python(String... arguments) {
    return owf.program(List.of(Owf.python()))
        .and(arguments)
        .without("OWF_HOME")
        .with("PYTHONPATH", ROOT.resolve("python-shim/src").toAbsolutePath().normalize().toString())
        .with("JAVA_HOME", System.getProperty("java.home"))
        .with("LOCAL_KEY", "key-of-the-endpoint");
  }

  private static Invocation withLauncher(Invocation program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return program.with("PATH", owf.directory().resolve("bin") + ":" + path);
  }

  private static Invocation withJar(Invocation program) {
    return program.with("OWF_COORDINATOR_JAR", System.getProperty("owf.jar", ""));
  }

  private static JsonNode run(String script, String home, String... options) {
    Finished run =
        owf.command("run", owf.directory().resolve(script).toString(), "--json")
            .and("--home", owf.directory().resolve(home).toString())
            .and(options)
            .with("LOCAL_KEY", "key-of-the-endpoint")
            .run();
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return run.json();
  }

  @Test
  @Tag("smoke")
  void aReviewByThreeProvidersWorksAndCostsWhatThePricesSay() {
    JsonNode run = run("review.py", "home-review");
    JsonNode calls =
        owf.json("calls", run.get("run_id").stringValue(), "--home", home("home-review"));

    assertThat(column(run.get("output").get("reviews"), "reviewer"))
        .containsExactly("careful", "quick", "offline");
    assertThat(run.get("output").get("errors")).isEmpty();
    assertThat(run.get("output").get("spent").asLong()).isGreaterThan(2200);
    assertThat(column(calls, "provider")).containsExactlyInAnyOrder("local", "mirror", "fake");
    for (JsonNode call : calls) {
      JsonNode told = call.get("estimated_cost_usd");
      double cost = told.isNull() ? 0 : told.doubleValue();
      assertThat(cost)
          .isEqualTo(
              switch (call.get("provider").stringValue()) {
                case "local" -> 0.002;
                case "mirror" -> 0.004;
                default -> 0.0;
              });
      assertThat(call.get("phase").stringValue()).isEqualTo("review");
    }
    assertThat(ASKED.keySet())
        .contains(
            "/v1/chat/completions Bearer key-of-the-endpoint",
            "/v1beta/models/gemini-3-flash:generateContent key-of-the-endpoint");
  }

  @Test
  void aProviderOfTheEnvironmentAloneWorks() {
    Finished run =
        owf.command("run", owf.directory().resolve("child.py").toString(), "--json")
            .and(
                "--home", home("home-spare"), "--provider", "my_spare", "--args-json", "{\"n\": 3}")
            .with("OWF_PROVIDER_MY_SPARE_BASE_URL", address() + "/v1")
            .with("OWF_PROVIDER_MY_SPARE_API_KEY_ENV", "SPARE_KEY")
            .with("OWF_PROVIDER_MY_SPARE_MODEL", "qwen3-coder")
            .with("SPARE_KEY", "key-of-the-spare")
            .run();

    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.json().get("output").get("text").stringValue()).isEqualTo("three");
    assertThat(ASKED).containsKey("/v1/chat/completions Bearer key-of-the-spare");
  }

  @Test
  void aPipelineOfStagesAndItsBudgetWork() {
    String topics = "{\"topics\": [\"tea\", \"ink\"]}";
    JsonNode whole = run("stages.py", "home-stages", "--args-json", topics).get("output");

    assertThat(texts(whole.get("drafts"))).containsExactly("Draft: tea", "Draft: ink");
    assertThat(texts(whole.get("final")))
        .containsExactly("Polish: Draft: tea", "Polish: Draft: ink");
  }

  @Test
  @Tag("smoke")
  void aChildsErrorReachesItsParent() {
    JsonNode output = run("parent.py", "home-parent").get("output");

    assertThat(output.get("good").get("text").stringValue()).isEqualTo("Count to 3.");
    assertThat(output.get("bad").stringValue()).contains("ValueError: n is -1");
  }

  @Test
  void aProgramStartsRunsByTheLauncherAndByTheJar() {
    for (String way : List.of("launcher", "jar")) {
      Invocation program =
          python("caller.py", owf.directory().resolve("home-" + way).toString(), ".")
              .in(owf.directory());
      Finished finished = way.equals("jar") ? withJar(program).run() : withLauncher(program).run();

      assertThat(finished.exitCode()).as(finished.toString()).isZero();
      assertThat(finished.stdout().lines())
          .as(finished.toString())
          .contains(
              "first: done ['miss', 'miss', 'miss']",
              "second: done ['hit', 'hit', 'hit']",
              "resumed from: True",
              "failed: failed True",
              "report: {'miss': 3} True",
              "artifacts: True",
              "runs: ['failed', 'done', 'done']",
              "code: 0");
    }
  }

  @Test
  void aScriptStartsRunsWithTheJarThatStartedIt() {
    owf.script(
        "nested.py",
        """
        import sys
        from workflows import run_script
        def main(args):
            return run_script(args["script"], args={"n": 5}, home=args["home"])["output"]
        """);
    String args =
        "{\"script\": \"%s\", \"home\": \"%s\"}"
            .formatted(owf.directory().resolve("child.py"), home("home-inner"));

    JsonNode output = run("nested.py", "home-outer", "--args-json", args).get("output");

    assertThat(output.get("text").stringValue()).isEqualTo("Count to 5.");
  }

  @Test
  void argumentsMayBeLargeAndOutputMayGoToAProgramsOwnStream() {
    owf.script(
        "large.py",
        """
        import contextlib, io, json, sys
        from agent_workflows import run_script
        from agent_workflows.cli import main
        home = sys.argv[1]
        run = run_script("echo.py", args={"text": "x" * 1_000_000}, home=home)
        assert run["output"] == 1_000_000, run
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = main(["output", run["run_id"], "--home", home])
        assert (code, json.loads(out.getvalue())) == (0, 1_000_000), out.getvalue()
        print(main(["status", "nothing", "--home", home]))
        """);
    owf.script("echo.py", "async def main(args): return len(args['text'])");

    Finished finished = withJar(python("large.py", home("home-large"))).run();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stdout()).isEqualTo("2\n");
    assertThat(finished.stderr()).contains("unknown run 'nothing'");
  }

  @Test
  void anInterruptedProgramsRunIsCancelled() {
    owf.script("slow.py", slow());
    owf.script(
        "waits.py",
        """
        import sys
        from agent_workflows import run_script
        run_script("slow.py", home=sys.argv[1])
        """);
    OwfProcess program =
        withJar(python("waits.py", home("home-interrupted"))).asAtATerminal().start();
    awaitCallIn("home-interrupted");
    program.pressCtrlC();

    assertThat(program.finish().exitCode()).isNotZero();
    assertThat(statuses("home-interrupted")).containsExactly("cancelled");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default_int_handler", "SIG_IGN"})
  void aCancelledTasksRunIsCancelled(String onInterrupt) {
    owf.script("slow.py", slow());
    owf.script(
        "cancels.py",
        """
        import asyncio, signal, sys
        from agent_workflows import run_script_async
        from agent_workflows.runtime import latest_run_async
        async def main(home):
            signal.signal(signal.SIGINT, getattr(signal, sys.argv[2]))
            task = asyncio.create_task(run_script_async("slow.py", home=home))
            while not ((await latest_run_async(home)) or {}).get("calls"):
                await asyncio.sleep(0.1)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                print((await latest_run_async(home))["run"]["status"])
        asyncio.run(main(sys.argv[1]))
        """);

    Finished finished =
        withJar(python("cancels.py", home("home-" + onInterrupt), onInterrupt)).run();

    assertThat(finished.stdout()).as(finished.toString()).isEqualTo("cancelled\n");
  }

  @Test
  void withoutACoordinatorTheWaysToOneAreNamed() throws IOException {
    Path old = Files.createDirectories(owf.directory().resolve("old-bin"));
    Owf.write(old.resolve("owf"), "#!/usr/bin/python3\nprint('the Python runtime')\n");
    Files.setPosixFilePermissions(old.resolve("owf"), PosixFilePermissions.fromString("rwxr-xr-x"));

    Finished finished =
        python(
                "-c",
                "import os, sys; os.environ['PATH'] = sys.argv[1];"
                    + " from agent_workflows import latest_run; latest_run('.')",
                old.toString())
            .run();

    assertThat(finished.stderr())
        .contains(
            "WorkflowError: no coordinator is found",
            "OWF_COORDINATOR_JAR=FILE",
            "OWF_COORDINATOR=HOST:PORT",
            old.resolve("owf") + " is not its launcher");
  }

  @Test
  void aHomeOfThePythonRuntimeIsLeftAloneInPlainWords() throws Exception {
    Path project = Files.createDirectories(owf.directory().resolve("old-project"));
    Path home = Files.createDirectories(project.resolve(".workflows"));
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home + "/workflow.sqlite");
        var sql = connection.createStatement()) {
      sql.execute("CREATE TABLE workflow_runs (id TEXT PRIMARY KEY)");
    }
    byte[] before = Files.readAllBytes(home.resolve("workflow.sqlite"));
    Path script = owf.script("old-project/main.py", "async def main(args): return 1");

    for (String command : List.of("run " + script, "runs", "trust " + home)) {
      Finished finished = owf.command(command.split(" ")).without("OWF_HOME").in(project).run();
      assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
      assertThat(finished.stderr())
          .contains("the home " + home, "as the Python runtime's is", "--home DIR")
          .doesNotContain("owf trust");
    }
    assertThat(home.resolve("workflow.sqlite")).hasBinaryContent(before);
  }

  private static String slow() {
    return """
    from workflows import agent
    async def main(args):
        await agent("wait", metadata={"fake": {"delay_ms": 300000}})
    """;
  }

  private static void awaitCallIn(String home) {
    await()
        .atMost(PATIENCE)
        .until(() -> {
          Finished status = owf.run("status", "latest", "--json", "--home", home(home));
          return status.exitCode() == 0 && !status.json().get("calls").isEmpty();
        });
  }

  private static List<@Nullable Object> statuses(String home) {
    return column(owf.json("runs", "--home", home(home)), "status");
  }

  private static String home(String name) {
    return owf.directory().resolve(name).toString();
  }

  private static String address() {
    return "http://127.0.0.1:" + endpoint.getAddress().getPort();
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(JsonNode::stringValue).toList();
  }
}
