package dev.agentworkflows.it.mcp;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code owf mcp} on standard input and output. */
class McpStdioIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String KEY = "sk-mcp-0123456789abcdef";

  private static final Pattern COMMAND_LINE = Pattern.compile("(?<![-\\w])(--[a-z]|owf [a-z])");

  private static Path greeting;
  private static Path slow;

  @BeforeAll
  static void scripts() {
    greeting =
        owf.script(
            "greeting.py",
            """
            import sys
            from workflows import agent, log, meta, phase
            meta(name="greeting")
            print("a script prints")
            async def main(args):
                sys.stdout.write("{}\\n")
                phase("greet")
                answer = await agent("Greet " + args.get("name", "nobody"), label="greet")
                return {"answer": answer.text, "input": sys.stdin.read()}
            """);
    slow =
        owf.script(
            "slow.py",
            """
            from workflows import agent, phase
            async def main(args):
                phase("slow")
                await agent("quick one", cache_policy="disabled")
                for n in range(2):
                    await agent("slow one", cache_policy="disabled", metadata={"fake": {"delay_ms": args.get("ms", 100000)}})
                return "slept"
            """);
  }

  private static StdioClient client() {
    return StdioClient.of(owf.command("mcp"));
  }

  @Test
  void aClientIsToldWhatEachToolTakesGivesAndDoes() throws Exception {
    try (StdioClient client = client()) {
      JsonNode tools = client.response("tools/list", Map.of()).at("/result/tools");

      assertThat(column(tools, "name"))
          .containsExactlyInAnyOrder(
              "owf_run_workflow",
              "owf_status",
              "owf_output",
              "owf_report",
              "owf_list_runs",
              "owf_read_artifact",
              "owf_new_workflow",
              "owf_cancel",
              "owf_approve",
              "owf_diff",
              "owf_explain_cache",
              "owf_resume",
              "owf_calls",
              "owf_artifacts",
              "owf_validate_workflow",
              "owf_dry_run",
              "owf_apply");
      assertThat(tools)
          .allSatisfy(tool -> {
            assertThat(tool.get("title").stringValue()).isNotBlank();
            assertThat(tool.get("description").stringValue()).hasSizeGreaterThan(60);
            assertThat(tool.at("/inputSchema/additionalProperties").booleanValue()).isFalse();
            assertThat(tool.at("/inputSchema/properties"))
                .allSatisfy(
                    property -> assertThat(property.get("description").stringValue()).isNotBlank());
            assertThat(tool.at("/annotations/readOnlyHint").isBoolean()).isTrue();
          });
      assertThat(tools)
          .filteredOn(tool -> tool.at("/annotations/readOnlyHint").booleanValue())
          .hasSize(9);
    }
  }

  @Test
  void theNamesOfThePythonRuntimesServerAreUnderstood() throws Exception {
    try (StdioClient client = client()) {
      JsonNode made =
          client.fine(
              "owf_new_workflow",
              Map.of(
                  "path",
                  "from_root.py",
                  "workspace_root",
                  greeting.resolveSibling("").toString()));
      String path = made.get("path").stringValue();
      assertThat(path).isEqualTo(greeting.resolveSibling("from_root.py").toString());
      assertThat(client.fine("owf_validate_workflow", Map.of("path", path)).isObject()).isTrue();
      JsonNode plan =
          client.fine("owf_dry_run", Map.of("path", path, "args", Map.of("topic", "tea")));
      assertThat(plan.at("/args/topic").stringValue()).isEqualTo("tea");

      String run =
          client.fine("owf_run_workflow", Map.of("path", path)).get("run_id").stringValue();
      JsonNode calls = client.fine("owf_calls", Map.of("run_id", run, "limit", 1));
      assertThat(calls.get("run_id").stringValue()).isEqualTo(run);
      assertThat(calls.get("calls")).hasSize(1);
      assertThat(client.fine("owf_status", Map.of("run_id", run)).at("/run/id").stringValue())
          .isEqualTo(run);
      JsonNode files = client.fine("owf_artifacts", Map.of("run_id", run)).get("files");
      assertThat(column(files, "path")).contains("manifest.json", "summary.md");
      JsonNode piece =
          client.fine(
              "owf_read_artifact",
              Map.of("run_id", run, "path", "summary.md", "offset", 2, "max_bytes", 20));
      assertThat(piece.get("text").stringValue()).hasSize(20);

      JsonNode again = client.fine("owf_resume", Map.of("run_id", run));
      assertThat(again.get("run_id").stringValue()).isNotEqualTo(run);
      assertThat(client.failure("owf_resume", Map.of())).contains("run is missing");
      assertThat(client.failure("owf_apply", Map.of("call_id", run + "_call_0001")))
          .contains("no worktree of its own");
    }
  }

  @Test
  @Tag("smoke")
  void aRunIsStartedAndReadThroughTools() throws Exception {
    try (StdioClient client = client()) {
      JsonNode ran =
          client.fine(
              "owf_run_workflow",
              Map.of("script", greeting.toString(), "args", Map.of("name", "Ada ✓")));
      String run = ran.get("run_id").stringValue();

      assertThat(ran.get("status").stringValue()).isEqualTo("done");
      assertThat(ran.at("/output/answer").stringValue()).contains("Greet Ada ✓");
      assertThat(ran.at("/output/input").stringValue()).as("the script has no input").isEmpty();
      JsonNode status = client.fine("owf_status", Map.of("run", run));
      assertThat(status.at("/run/workflow_name").stringValue()).isEqualTo("greeting");
      assertThat(status.at("/calls_by_status/done").intValue()).isEqualTo(1);
      assertThat(status.at("/calls/0/label").stringValue()).isEqualTo("greet");
      assertThat(client.fine("owf_output", Map.of("run", run)).get("output"))
          .isEqualTo(ran.get("output"));
      assertThat(column(client.fine("owf_list_runs", Map.of()).get("runs"), "id")).contains(run);
      assertThat(
              client
                  .fine("owf_explain_cache", Map.of("run", run))
                  .at("/calls/0/reason")
                  .stringValue())
          .isIn("no earlier call", "prompt changed");
      JsonNode report = client.call("owf_report", Map.of("run", run));
      assertThat(report.at("/content/0/text").stringValue()).startsWith("# greeting: done");
    }
  }

  @Test
  void filesOfARunAreListedAndReadPieceByPiece() throws Exception {
    try (StdioClient client = client()) {
      String run = run(client, Map.of("name", "é".repeat(30)));
      JsonNode files = client.fine("owf_read_artifact", Map.of("run", run)).get("files");
      String prompt = "calls/" + run + "_call_0001/prompt.txt";

      assertThat(column(files, "path"))
          .contains("manifest.json", "summary.md", "output.json", prompt);
      JsonNode first =
          client.fine("owf_read_artifact", Map.of("run", run, "path", prompt, "limit", 17));
      assertThat(first.get("text").stringValue())
          .as("no letter is cut")
          .isEqualTo("Greet " + "é".repeat(5));
      JsonNode rest =
          client.fine(
              "owf_read_artifact",
              Map.of("run", run, "path", prompt, "offset", first.get("next_offset").intValue()));
      assertThat(first.get("text").stringValue() + rest.get("text").stringValue())
          .isEqualTo("Greet " + "é".repeat(30));
      assertThat(rest.get("next_offset").isNull()).isTrue();
      assertThat(
              client
                  .fine("owf_read_artifact", Map.of("run", run, "path", "report.html"))
                  .get("text")
                  .stringValue())
          .startsWith("<!DOCTYPE html>");
    }
  }

  private static String run(StdioClient client, Map<String, Object> args) {
    return client
        .fine("owf_run_workflow", Map.of("script", greeting.toString(), "args", args))
        .get("run_id")
        .stringValue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../workflow.sqlite",
        "../../operator-token",
        "/etc/passwd",
        "calls/../../../workflow.sqlite",
        "calls/../manifest.json",
        "./manifest.json",
        "calls//prompt.txt",
        "workflow.sqlite",
        "cancel-requested",
        "calls/nobody/prompt.txt",
        "calls/OTHER_call_0001/prompt.txt",
        "calls/RUN_call_0001/..",
        "summary.md\u0000.txt",
        "@/etc/passwd"
      })
  void whatIsNoFileOfTheRunIsNotRead(String path) throws Exception {
    try (StdioClient client = client()) {
      String other = run(client, Map.of("name", "other"));
      String run = run(client, Map.of("name", "one"));
      String asked = path.replace("OTHER", other).replace("RUN", run);

      assertThat(client.failure("owf_read_artifact", Map.of("run", run, "path", asked)))
          .containsAnyOf("has no file", "is not an id")
          .doesNotContain("root:");
    }
  }

  @Test
  void aLinkInARunsDirectoryIsNotFollowed() throws Exception {
    try (StdioClient client = client()) {
      String run = run(client, Map.of("name", "linked"));
      Path directory = owf.home().resolve("runs").resolve(run);
      Path secret = Owf.write(owf.userHome().resolve("secret.txt"), "a secret of the user");
      Files.delete(directory.resolve("summary.md"));
      Files.createSymbolicLink(directory.resolve("summary.md"), secret);

      assertThat(client.failure("owf_read_artifact", Map.of("run", run, "path", "summary.md")))
          .contains("is not read")
          .doesNotContain("a secret");
      JsonNode resource =
          client.response(
              "resources/read", Map.of("uri", "owf://runs/" + run + "/files/summary.md"));
      assertThat(resource.at("/error/code").intValue()).isEqualTo(-32002);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "--home", "@/etc/passwd", "a b", "run_1;rm", "-h"})
  void whatIsNoIdIsRefused(String id) throws Exception {
    try (StdioClient client = client()) {
      for (String tool :
          List.of("owf_status", "owf_output", "owf_report", "owf_cancel", "owf_explain_cache")) {
        assertThat(client.failure(tool, Map.of("run", id))).contains("is not an id");
      }
      assertThat(client.failure("owf_diff", Map.of("call", id))).contains("is not an id");
      assertThat(client.failure("owf_run_workflow", Map.of("resume", id))).contains("is not an id");
    }
  }

  @Test
  void aFailureSaysWhatToDo() throws Exception {
    try (StdioClient client = client()) {
      String run = run(client, Map.of());
      assertThat(client.failure("owf_status", Map.of("run", "run_20200101_000000_abcdef")))
          .contains("unknown run", "owf_list_runs");
      assertThat(client.failure("owf_run_workflow", Map.of("script", "missing.py")))
          .contains("no script", "missing.py");
      assertThat(client.failure("owf_run_workflow", Map.of())).contains("script", "resume");
      assertThat(
              client.failure(
                  "owf_run_workflow", Map.of("script", greeting.toString(), "provider", "nobody")))
          .contains("nobody", "fake");
      assertThat(client.failure("owf_status", Map.of("rum", run))).contains("rum");
      assertThat(client.failure("owf_diff", Map.of("call", run + "_call_0001")))
          .contains("had no worktree", "isolation is none");
      assertThat(client.failure("owf_cancel", Map.of("run", run))).contains("is not running");
      assertThat(
              client.failure(
                  "owf_new_workflow", Map.of("path", greeting.toString(), "template", "hello")))
          .contains("is there already", "Pass force")
          .doesNotContain("--force");
    }
  }

  @Test
  void aScriptThatCantBeLoadedIsToldOf() throws Exception {
    Path broken = owf.script("broken.py", "from workflows import agent\n\nasync def main(args:\n");
    try (StdioClient client = client()) {
      assertThat(client.failure("owf_run_workflow", Map.of("script", broken.toString())))
          .contains("broken.py:3");
    }
  }

  @Test
  void aFailedRunIsResumedAndPaysForWhatIsMissing() throws Exception {
    String text =
        """
        from workflows import agent
        async def main(args):
            first = await agent("first")
            %s
            return (await agent("second")).text
        """;
    Path script = owf.script("mended.py", text.formatted("raise ValueError('not yet')"));
    try (StdioClient client = client()) {
      JsonNode failed = client.call("owf_run_workflow", Map.of("script", script.toString()));
      assertThat(failed.get("isError").booleanValue()).isTrue();
      assertThat(failed.at("/structuredContent/error").stringValue()).contains("not yet");
      assertThat(failed.at("/structuredContent/next").stringValue()).contains("resume");
      owf.script("mended.py", text.formatted("pass"));

      JsonNode resumed =
          client.fine(
              "owf_run_workflow",
              Map.of("resume", failed.at("/structuredContent/run_id").stringValue()));

      assertThat(resumed.get("status").stringValue()).isEqualTo("done");
      assertThat(column(owf.calls(resumed.get("run_id").stringValue()), "cache_status"))
          .containsExactly("hit", "miss");
    }
  }

  @Test
  void aLongRunTellsOfItsProgressWhileOtherToolsAnswer() throws Exception {
    try (StdioClient client = client()) {
      StdioClient.Request running =
          client.calling(
              "owf_run_workflow",
              Map.of("script", slow.toString(), "args", Map.of("ms", 1500)),
              "token-1");
      await().atMost(Duration.ofSeconds(60)).until(() -> client.notifications().size() >= 1);

      assertThat(
              client.fine("owf_list_runs", Map.of("limit", 1)).at("/runs/0/status").stringValue())
          .isEqualTo("running");
      assertThat(running.response()).isNotDone();
      assertThat(running.await().at("/result/structuredContent/output").stringValue())
          .isEqualTo("slept");
      List<JsonNode> told = client.notifications();
      assertThat(told)
          .hasSizeGreaterThan(1)
          .allSatisfy(note -> {
            assertThat(note.get("method").stringValue()).isEqualTo("notifications/progress");
            assertThat(note.at("/params/progressToken").stringValue()).isEqualTo("token-1");
            assertThat(note.at("/params/message").stringValue()).contains("run_");
          });
      assertThat(told.stream().map(note -> note.at("/params/progress").doubleValue()).toList())
          .isSorted()
          .doesNotHaveDuplicates();
      assertThat(told)
          .anySatisfy(note ->
              assertThat(note.at("/params/message").stringValue())
                  .contains("[slow] 1 done, 1 running"));
    }
  }

  @Test
  void aCancelledRequestCancelsItsRunAndIsNotAnswered() throws Exception {
    try (StdioClient client = client()) {
      StdioClient.Request running =
          client.calling("owf_run_workflow", Map.of("script", slow.toString()), "token-2");
      await().atMost(Duration.ofSeconds(60)).until(() -> !client.notifications().isEmpty());
      client.send(
          Map.of(
              "jsonrpc",
              "2.0",
              "method",
              "notifications/cancelled",
              "params",
              Map.of("requestId", running.id(), "reason", "the user changed his mind")));

      JsonNode status = client.fine("owf_status", Map.of("wait_seconds", 30, "limit", 10));
      assertThat(status.at("/run/status").stringValue()).isEqualTo("cancelled");
      assertThat(column(status.get("calls"), "status")).containsExactly("done", "cancelled");
      client.fine("owf_list_runs", Map.of());
      assertThat(running.response()).isNotDone();
    }
  }

  @Test
  void aRunThatNobodyWaitsForIsWatchedAndCancelledByItsId() throws Exception {
    try (StdioClient client = client()) {
      JsonNode begun =
          client.fine("owf_run_workflow", Map.of("script", slow.toString(), "wait", false));
      String run = begun.get("run_id").stringValue();

      assertThat(begun.get("status").stringValue()).isEqualTo("running");
      assertThat(
              client
                  .fine("owf_status", Map.of("run", run, "wait_seconds", 1))
                  .at("/run/status")
                  .stringValue())
          .isEqualTo("running");
      assertThat(client.fine("owf_cancel", Map.of("run", run)).get("status").stringValue())
          .isEqualTo("cancelled");
    }
  }

  @Test
  @Tag("smoke")
  void whatARunAsksIsSeenAndAnsweredThroughTools() throws Exception {
    Path asking =
        owf.script(
            "asking.py",
            """
            from workflows import approve
            async def main(args):
                return await approve("Deploy it?", label="deploy")
            """);
    try (StdioClient client = client()) {
      String run =
          client
              .fine("owf_run_workflow", Map.of("script", asking.toString(), "wait", false))
              .get("run_id")
              .stringValue();
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() ->
              assertThat(
                      client
                          .fine("owf_status", Map.of("run", run))
                          .at("/approvals/0/question")
                          .stringValue())
                  .isEqualTo("Deploy it?"));

      assertThat(client.failure("owf_approve", Map.of("run", run, "yes", true, "question", 7)))
          .contains("has asked no question 7");
      assertThat(
              client
                  .fine("owf_approve", Map.of("run", run, "yes", false))
                  .get("status")
                  .stringValue())
          .isEqualTo("no");
      assertThat(
              client
                  .fine("owf_status", Map.of("run", run, "wait_seconds", 60))
                  .at("/run/status")
                  .stringValue())
          .isEqualTo("done");
      assertThat(client.fine("owf_output", Map.of("run", run)).get("output").booleanValue())
          .isFalse();
    }
  }

  /** A model has tools, and perhaps no terminal. */
  @Test
  void noAnswerOfAToolNamesACommandLine() throws Exception {
    Path asking =
        owf.script(
            "asks_and_spends.py",
            """
            from workflows import agent, approve, log
            async def main(args):
                for n in range(500):
                    log(f"{n} " + "e" * 200)
                await agent("one", cache_policy="disabled",
                            metadata={"fake": {"input_tokens": 60, "output_tokens": 40}})
                if args.get("asks"):
                    await approve("Go on?")
                await agent("two")
            """);
    try (StdioClient client = client()) {
      String run =
          client
              .fine(
                  "owf_run_workflow",
                  Map.of(
                      "script",
                      asking.toString(),
                      "args",
                      Map.of("asks", true),
                      "budget_tokens",
                      100,
                      "wait",
                      false))
              .get("run_id")
              .stringValue();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> client.fine("owf_status", Map.of("run", run)).get("approvals").size() == 1);
      Map<String, Object> ofRun = Map.of("run", run);
      Map<String, Object> ofCall = Map.of("call", run + "_call_0001");
      List<Map.Entry<String, Map<String, Object>>> requests =
          List.of(
              Map.entry("owf_report", ofRun),
              Map.entry("owf_output", ofRun),
              Map.entry("owf_resume", ofRun),
              Map.entry("owf_approve", Map.of("run", run, "yes", true)),
              Map.entry("owf_status", Map.of("run", run, "wait_seconds", 60)),
              Map.entry("owf_report", ofRun),
              Map.entry("owf_output", ofRun),
              Map.entry("owf_calls", ofRun),
              Map.entry("owf_explain_cache", ofRun),
              Map.entry("owf_artifacts", ofRun),
              Map.entry("owf_read_artifact", ofRun),
              Map.entry("owf_cancel", ofRun),
              Map.entry("owf_approve", Map.of("run", run, "yes", true)),
              Map.entry("owf_diff", ofCall),
              Map.entry("owf_apply", ofCall),
              Map.entry("owf_list_runs", Map.of()),
              Map.entry("owf_list_runs", Map.of("limit", 0)),
              Map.entry("owf_status", Map.of("run", "run_20200101_000000_abcdef")),
              Map.entry("owf_new_workflow", Map.of("path", asking.toString())),
              Map.entry("owf_new_workflow", Map.of("path", "for_a_model.py")),
              Map.entry("owf_validate_workflow", Map.of("script", asking.toString())),
              Map.entry("owf_dry_run", Map.of("script", asking.toString())),
              Map.entry("owf_run_workflow", Map.of("script", "missing.py")),
              Map.entry(
                  "owf_run_workflow", Map.of("script", greeting.toString(), "provider", "nobody")),
              Map.entry(
                  "owf_run_workflow", Map.of("script", asking.toString(), "budget_tokens", 100)));
      JsonNode tools = client.response("tools/list", Map.of()).at("/result/tools");

      assertThat(requests.stream().map(Map.Entry::getKey).distinct())
          .containsExactlyInAnyOrderElementsOf(
              column(tools, "name").stream().map(String::valueOf).toList());
      assertThat(tools.toString()).doesNotContainPattern(COMMAND_LINE);
      for (var request : requests) {
        assertThat(client.calling(request.getKey(), request.getValue()).await().toString())
            .as(request.toString())
            .doesNotContainPattern(COMMAND_LINE);
      }
      assertThat(resource(client, "owf://runs/" + run + "/report"))
          .contains("owf_resume {\"run\":\"" + run + "\",\"budget_tokens\":200}")
          .contains("Left out here")
          .doesNotContainPattern(COMMAND_LINE);
    }
  }

  @Test
  void runsAreInterruptedWhenTheClientLeavesAndNothingIsLeft() throws Exception {
    StdioClient client = client();
    StdioClient.Request running =
        client.calling("owf_run_workflow", Map.of("script", slow.toString()), "token-3");
    await().atMost(Duration.ofSeconds(60)).until(() -> !client.notifications().isEmpty());
    List<ProcessHandle> scripts = client.process().descendants().toList();

    assertThat(client.leave()).isZero();

    assertThat(running.await().at("/result/structuredContent/status").stringValue())
        .isEqualTo("interrupted");
    assertThat(scripts).isNotEmpty().noneMatch(ProcessHandle::isAlive);
    JsonNode status = owf.json("status", "latest");
    assertThat(status.at("/run/status").stringValue()).isEqualTo("interrupted");
    assertThat(column(status.get("calls"), "status").get(0)).isEqualTo("done");
  }

  @Test
  void aLineThatIsNoMessageIsNotTheEnd() throws Exception {
    try (StdioClient client = client()) {
      client.line("good morning");
      client.line("[]");
      client.line("{\"jsonrpc\": \"2.0\"}");
      client.line("");
      JsonNode unknown = client.response("tools/frobnicate", Map.of());

      assertThat(unknown.at("/error/code").intValue()).isEqualTo(-32601);
      assertThat(client.withoutId())
          .hasSize(3)
          .allSatisfy(error -> assertThat(error.at("/error/code").intValue()).isEqualTo(-32700));
      assertThat(client.response("ping", Map.of()).has("result")).isTrue();
    }
  }

  @Test
  void reportsAndFilesAreResources() throws Exception {
    try (StdioClient client = client()) {
      String run = run(client, Map.of("name", "resource"));
      JsonNode listed = client.response("resources/list", Map.of()).at("/result/resources");
      JsonNode templates =
          client.response("resources/templates/list", Map.of()).at("/result/resourceTemplates");

      assertThat(column(listed, "uri")).contains("owf://runs/" + run + "/report");
      assertThat(listed.size()).isLessThanOrEqualTo(50);
      assertThat(templates).hasSize(3);
      assertThat(resource(client, "owf://runs/latest/report")).startsWith("# greeting: done");
      assertThat(resource(client, "owf://runs/" + run + "/files/output.json"))
          .contains("Greet resource");
      assertThat(resource(client, "owf://runs/" + run + "/calls/" + run + "_call_0001/prompt.txt"))
          .isEqualTo("Greet resource");
      for (String hostile :
          List.of(
              "owf://runs/" + run + "/files/..",
              "owf://runs/" + run + "/files/%2e%2e%2fworkflow.sqlite",
              "owf://runs/../report",
              "file:///etc/passwd")) {
        assertThat(
                client
                    .response("resources/read", Map.of("uri", hostile))
                    .at("/error/code")
                    .intValue())
            .as(hostile)
            .isEqualTo(-32002);
      }
    }
  }

  private static String resource(StdioClient client, String uri) {
    JsonNode response = client.response("resources/read", Map.of("uri", uri));
    return response.required("result").at("/contents/0/text").stringValue();
  }

  @Test
  void aKeyDoesNotReachTheClient() throws Exception {
    Path leaking =
        owf.script(
            "leaking.py",
            """
            from workflows import agent
            async def main(args):
                answer = await agent("The key is %s", label="%s")
                return [answer.text, args]
            """
                .formatted(KEY, KEY));
    try (StdioClient client = StdioClient.of(owf.command("mcp").with("OPENAI_API_KEY", KEY))) {
      JsonNode ran =
          client
              .calling(
                  "owf_run_workflow",
                  Map.of("script", leaking.toString(), "args", Map.of("k", KEY)))
              .await();
      JsonNode unknown = client.calling("owf_status", Map.of("run", KEY, KEY, KEY)).await();
      JsonNode missing = client.calling("owf_run_workflow", Map.of("script", KEY)).await();
      JsonNode report = client.calling("owf_report", Map.of()).await();

      assertThat(ran.toString()).contains("[redacted:OPENAI_API_KEY]").doesNotContain(KEY);
      assertThat(unknown.toString()).doesNotContain(KEY);
      assertThat(missing.toString()).contains("[redacted:OPENAI_API_KEY]").doesNotContain(KEY);
      assertThat(report.toString()).contains("[redacted:OPENAI_API_KEY]").doesNotContain(KEY);
    }
  }

  @Test
  void aScriptThatNeedsApprovalIsApprovedByThePersonAtTheClientOnly() throws Exception {
    Path careful =
        owf.script(
            "careful.py",
            """
            from workflows import meta
            meta(name="careful", approval_required=True)
            async def main(args):
                return "started"
            """);
    Map<String, String> asked = Map.of("script", careful.toString());
    try (StdioClient mute = client()) {
      assertThat(mute.failure("owf_run_workflow", asked)).contains("careful", "approval", "--yes");
    }
    try (StdioClient client =
        StdioClient.of(owf.command("mcp"), Map.of("elicitation", Map.of("form", Map.of())))) {
      client.answering(request -> Map.of("action", "decline"));
      assertThat(client.failure("owf_run_workflow", asked)).contains("not approved");
      client.answering(request -> {
        assertThat(request.at("/params/message").stringValue()).contains("'careful'");
        return Map.of("action", "accept", "content", Map.of());
      });
      assertThat(client.fine("owf_run_workflow", asked).get("output").stringValue())
          .isEqualTo("started");
    }
  }

  @Test
  void aNewScriptIsWrittenAndRun() throws Exception {
    try (StdioClient client = client()) {
      JsonNode written = client.fine("owf_new_workflow", Map.of("path", "made/by_mcp.py"));
      Path script = owf.directory().resolve("made/by_mcp.py");

      assertThat(Path.of(written.get("path").stringValue())).isEqualTo(script).isRegularFile();
      assertThat(
              client
                  .fine("owf_run_workflow", Map.of("script", "made/by_mcp.py"))
                  .get("status")
                  .stringValue())
          .isEqualTo("done");
      assertThat(client.failure("owf_new_workflow", Map.of("path", "x.py", "template", "nothing")))
          .contains("unknown template", "hello");
    }
  }

  @Test
  void aPageOfManyCallsIsShownAtATime() throws Exception {
    Path wide =
        owf.script(
            "wide.py",
            """
            from workflows import agent, parallel
            async def main(args):
                await parallel([lambda n=n: agent(f"call {n}") for n in range(45)])
            """);
    try (StdioClient client = client()) {
      client.fine("owf_run_workflow", Map.of("script", wide.toString()));
      JsonNode page = client.fine("owf_status", Map.of("limit", 20, "offset", 20));
      JsonNode last = client.fine("owf_status", Map.of("offset", 40));

      assertThat(page.get("calls_total").intValue()).isEqualTo(45);
      assertThat(column(page.get("calls"), "call_index").get(0)).isEqualTo(21);
      assertThat(page.get("next_offset").intValue()).isEqualTo(40);
      assertThat(last.get("calls")).hasSize(5);
      assertThat(last.get("next_offset").isNull()).isTrue();
      assertThat(Json.plain(page.get("calls_by_status"))).isEqualTo(Map.of("done", 45));
    }
  }
}
