package dev.agentworkflows.it.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.testkit.Generated;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * The real jar on homes that an attacker has prepared, where commands go on for a while: {@code
 * mcp} with each of its tools, {@code ui} with its requests, {@code serve}, {@code resume}. Nothing
 * outside of the home is read into output, written, removed or run. {@link Generated} has the
 * properties for more homes, and for the same ones again.
 */
class HostileHomeIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String SECRET = "canary-7f3a91c2";
  private static final int HOMES = Generated.count(3);
  private static final List<String> COMMANDS =
      List.of(
          "status latest",
          "runs --json",
          "usage",
          "report latest --stdout",
          "export latest",
          "diff CALL",
          "gc --dry-run",
          "batch list",
          "doctor",
          "explain-cache latest");

  /** Tools that have an answer for any home with a run. */
  private static final List<String> READING =
      List.of(
          "owf_status",
          "owf_calls",
          "owf_output",
          "owf_report",
          "owf_list_runs",
          "owf_artifacts",
          "owf_explain_cache");

  /** Its first call's id, behind the run's. */
  private static final String CALL = "_call_0001";

  private static final long SEED = Generated.seed();

  private static Path outside;
  private static Path model;
  private static String run;

  @BeforeAll
  static void prepare() throws IOException {
    System.out.println("hostile homes with the real jar: " + HOMES + ", seed " + SEED);
    outside = Files.createDirectories(owf.directory().toRealPath().resolve("outside"));
    sh(
        """
        printf %s > keys; mkdir directory; printf %s > directory/prompt.txt; mkfifo pipe
        printf '#!/bin/sh\\necho ran > %s/mark\\n' > program; chmod +x program
        git init -q -b main repository; cd repository; echo text > a.txt
        git -c user.name=a -c user.email=a@b add -A; git -c user.name=a -c user.email=a@b commit -qm base
        for key in core.fsmonitor diff.external core.sshCommand uploadpack.packObjectsHook; do
          git config $key %s/program
        done
        """
            .formatted(SECRET, SECRET, outside, outside));
    model = owf.directory().resolve("model/.workflows");
    Owf.Finished finished =
        owf.runScript(
            """
            from workflows import agent, log, phase
            async def main(args):
                phase("one")
                log("a line")
                return [(await agent(f"question {n}")).text for n in range(3)]
            """,
            "--home",
            model.toString(),
            "--provider",
            "fake");
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    run = finished.json().get("run_id").stringValue();
    owf.run("report", run, "--html", "--home", model.toString());
    owf.run("artifacts", run, "--home", model.toString());
  }

  private static void sh(String script) {
    Owf.Finished finished = owf.program(List.of("sh", "-ec", script)).in(outside).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
  }

  private static String mutated(Path home, long seed) {
    try {
      Path script = Path.of(HostileHomeIT.class.getResource("/hostile_home.py").toURI());
      owf.program(List.of("rm", "-rf", home.toString())).run();
      owf.program(List.of("cp", "-a", model.toString(), home.toString())).run();
      Owf.Finished done =
          owf.program(
                  List.of(
                      Owf.python(),
                      script.toString(),
                      home.toString(),
                      outside.toString(),
                      String.valueOf(seed)))
              .run();
      assertThat(done.exitCode()).as(done.toString()).isZero();
      return "seed " + seed + ": " + done.stdout();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every file outside: what it holds, and when it was changed. */
  private static Map<String, String> state() {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> files = Files.walk(outside)) {
      for (Path file : files.toList()) {
        boolean regular = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        state.put(
            file.toString(),
            Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                + (regular ? Files.readString(file, StandardCharsets.ISO_8859_1) : ""));
      }
      return state;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertHarmless(String said, Map<String, String> before, String what) {
    assertThat(said).as(what).doesNotContain(SECRET, "This is a fault", "unexpected: ");
    assertThat(state()).as(what).isEqualTo(before);
  }

  private static String[] words(String command, Path home) {
    return (command.replace("CALL", run + CALL) + " --home " + home).split(" ");
  }

  @Test
  void aTrustedHomeLeadsNowhereOutsideOfIt() throws Exception {
    Path home = owf.directory().resolve("victim");
    for (int number = 0; number < HOMES; number++) {
      String what = mutated(home, SEED + number);
      Map<String, String> before = state();
      boolean trusted = owf.run("trust", home.toString()).exitCode() == 0;
      for (String command : COMMANDS) {
        Owf.Finished said = owf.run(words(command, home));
        assertHarmless(said.stdout() + said.stderr(), before, said + what);
      }
      if (trusted) {
        tools(home, before, what, false);
        pages(home, before, what);
        served(home, before, what);
      }
    }
  }

  @Test
  void aHomeThatNobodyTrustedIsOpenedByNoServerAndNotResumed() throws Exception {
    Path home = owf.directory().resolve("foreign");
    for (int number = 0; number < HOMES; number++) {
      String what = mutated(home, SEED + number);
      Map<String, String> before = state();
      for (String command : List.of("resume latest", "ui", "serve --listen 127.0.0.1:0")) {
        Owf.Finished said = owf.run(words(command, home));
        assertThat(said.exitCode()).as(said + what).isNotZero();
        assertHarmless(said.stdout() + said.stderr(), before, said + what);
      }
      tools(home, before, what, true);
    }
  }

  /** Otherwise the others would pass as well where nothing is asked of a home at all. */
  @Test
  void anUntouchedHomeIsServedByTheSameRequests() throws Exception {
    Path home = owf.directory().resolve("untouched");
    owf.program(List.of("cp", "-a", model.toString(), home.toString())).run();
    assertThat(owf.run("trust", home.toString()).exitCode()).isZero();
    Map<String, JsonNode> tools = tools(home, state(), "untouched", false);
    assertThat(tools).containsKeys("owf_approve", "owf_diff", "owf_new_workflow");
    for (String tool : READING) {
      JsonNode answer = Objects.requireNonNull(tools.get(tool), tool);
      assertThat(answer.at("/result/isError").asBoolean(false)).as(tool + answer).isFalse();
      assertThat(answer.at("/result/content/0/text").asString("")).as(tool).isNotBlank();
    }
    Map<String, String> pages = pages(home, state(), "untouched");
    for (String page : List.of("/api/runs", "/api/runs/" + run, "/api/calls/" + run + CALL)) {
      assertThat(pages.get("GET " + page)).as(page).startsWith("HTTP/1.1 200");
    }
    assertThat(pages.get("GET /api/calls/" + run + CALL)).contains("question 0");
    for (String said : served(home, state(), "untouched")) {
      assertThat(said).contains(run);
    }
  }

  /**
   * Each tool once, with the arguments that it asks for.
   *
   * @return what they answered; nothing from a server that ends at once
   */
  private static Map<String, JsonNode> tools(
      Path home, Map<String, String> before, String what, boolean withResume) throws Exception {
    Map<String, JsonNode> answers = new HashMap<>();
    StdioClient client;
    try {
      client = StdioClient.of(owf.command("mcp", "--home", home.toString()));
    } catch (AssertionError | UncheckedIOException refused) {
      // It has led nowhere.
      assertHarmless("", before, what);
      return answers;
    }
    try (client) {
      for (JsonNode tool : client.response("tools/list", Map.of()).at("/result/tools")) {
        String name = tool.get("name").stringValue();
        if (name.equals("owf_resume") && !withResume) {
          // Who trusts a home has its scripts run by that.
          continue;
        }
        JsonNode answer = client.calling(name, arguments(tool)).await();
        assertHarmless(answer.toString(), before, name + " said " + answer + "\n" + what);
        answers.put(name, answer);
      }
    }
    return answers;
  }

  private static Map<String, Object> arguments(JsonNode tool) {
    Map<String, Object> arguments = new HashMap<>();
    JsonNode properties = tool.at("/inputSchema/properties");
    for (String name : properties.propertyNames()) {
      if (name.contains("call")) {
        arguments.put(name, run + CALL);
      } else if (name.equals("run") || name.equals("run_id")) {
        arguments.put(name, run);
      }
    }
    for (JsonNode required : tool.at("/inputSchema/required")) {
      arguments.putIfAbsent(required.stringValue(), "report.md");
    }
    return arguments;
  }

  /** What its requests are answered; nothing from a server that ends at once. */
  private static Map<String, String> pages(Path home, Map<String, String> before, String what)
      throws IOException {
    Map<String, String> answers = new HashMap<>();
    OwfProcess ui = owf.command("ui", "--json", "--home", home.toString()).start();
    try {
      try {
        ui.awaitOutput("}\n");
      } catch (AssertionError refused) {
        assertHarmless(String.valueOf(refused.getMessage()), before, what);
        return answers;
      }
      JsonNode told = Json.read(ui.output());
      assertHarmless(ui.output(), before, what);
      if (told.has("error")) {
        return answers;
      }
      URI url = URI.create(told.get("url").stringValue());
      String call = run + CALL;
      for (String request :
          List.of(
              "GET /api/runs",
              "GET /api/runs/" + run,
              "GET /api/calls/" + call,
              "GET /api/calls/" + call + "/diff",
              "POST /api/runs/" + run + "/approve?1",
              "POST /api/runs/" + run + "/cancel")) {
        String answer = asked(url, request);
        assertHarmless(answer, before, request + "\n" + what);
        answers.put(request, answer);
      }
    } finally {
      ui.kill();
    }
    return answers;
  }

  /** What comes until a second is silent: some answers go on for as long as their page is open. */
  private static String asked(URI url, String request) throws IOException {
    String token = url.getFragment().substring("token=".length());
    try (Socket socket = new Socket("127.0.0.1", url.getPort())) {
      socket.setSoTimeout(30_000);
      String head =
          "%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
              .formatted(request, url.getPort(), token);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      StringBuilder answer = new StringBuilder();
      byte[] bytes = new byte[1 << 16];
      try {
        for (int n = socket.getInputStream().read(bytes);
            n >= 0;
            n = socket.getInputStream().read(bytes)) {
          answer.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
          socket.setSoTimeout(1_000);
        }
      } catch (SocketTimeoutException e) {
        // It goes on.
      }
      assertThat(answer.toString()).startsWith("HTTP/1.1 ");
      return answer.toString();
    }
  }

  /** What a coordinator there answers; nothing from one that ends at once. */
  private static List<String> served(Path home, Map<String, String> before, String what) {
    List<String> answers = new ArrayList<>();
    OwfProcess server =
        owf.command("serve", "--json", "--listen", "127.0.0.1:0", "--home", home.toString())
            .start();
    try {
      try {
        server.awaitOutput("]\n}");
      } catch (AssertionError refused) {
        assertHarmless(String.valueOf(refused.getMessage()), before, what);
        return answers;
      }
      JsonNode told = Json.read(server.output());
      assertHarmless(server.output(), before, what);
      if (told.has("error")) {
        return answers;
      }
      String address = told.get("address").stringValue();
      for (String command : List.of("status latest", "runs", "report latest --stdout")) {
        Owf.Finished said =
            owf.command(command.split(" "))
                .and("--coordinator", "127.0.0.1" + address.substring(address.lastIndexOf(':')))
                .and("--token-file", told.get("token_file").stringValue())
                .run();
        assertHarmless(said.stdout() + said.stderr(), before, said + what);
        answers.add(said.stdout());
      }
    } finally {
      server.kill();
    }
    return answers;
  }
}
