package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The shapes that programs rely on: each field is there, and of its type. */
@Tag("smoke")
class JsonShapesIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final Predicate<JsonNode> TEXT = JsonNode::isString;
  private static final Predicate<JsonNode> WHOLE = JsonNode::isIntegralNumber;
  private static final Predicate<JsonNode> NUMBER = JsonNode::isNumber;
  private static final Predicate<JsonNode> OBJECT = JsonNode::isObject;
  private static final Predicate<JsonNode> LIST = JsonNode::isArray;
  private static final Predicate<JsonNode> NONE = JsonNode::isNull;
  private static final Predicate<JsonNode> HASH = matches("[0-9a-f]{64}");
  private static final Predicate<JsonNode> TIME =
      matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
  private static final Predicate<JsonNode> PATH =
      node -> node.isString() && Path.of(node.stringValue()).isAbsolute();
  private static final Predicate<JsonNode> RUN_ID = matches("run_\\d{8}_\\d{6}_[0-9a-f]{6}");
  private static final Predicate<JsonNode> CALL_ID =
      matches("run_\\d{8}_\\d{6}_[0-9a-f]{6}_call_\\d{4,}");

  private static final Map<String, Predicate<JsonNode>> RUN =
      Map.ofEntries(
          Map.entry("id", RUN_ID),
          Map.entry("status", TEXT),
          Map.entry("script_path", PATH),
          Map.entry("script_hash", HASH),
          Map.entry("workflow_name", TEXT.or(NONE)),
          Map.entry("workflow_description", TEXT.or(NONE)),
          Map.entry("args", OBJECT),
          Map.entry("provider", TEXT),
          Map.entry("model", TEXT.or(NONE)),
          Map.entry("cache_policy", TEXT),
          Map.entry("workspace", PATH),
          Map.entry("parent_run_id", RUN_ID.or(NONE)),
          Map.entry("resumed_from_run_id", RUN_ID.or(NONE)),
          Map.entry("attempt_number", WHOLE),
          Map.entry("budget_total_tokens", WHOLE.or(NONE)),
          Map.entry("budget_spent_tokens", WHOLE),
          Map.entry("budget_total_cost_usd", NUMBER.or(NONE)),
          Map.entry("budget_spent_cost_usd", NUMBER),
          Map.entry("budget_job_spent_tokens", WHOLE),
          Map.entry("budget_job_spent_cost_usd", NUMBER),
          Map.entry("allow_unpriced", JsonNode::isBoolean),
          Map.entry("output_dir", PATH),
          Map.entry("created_at", TIME),
          Map.entry("started_at", TIME),
          Map.entry("completed_at", TIME.or(NONE)),
          Map.entry("error_kind", TEXT.or(NONE)),
          Map.entry("error_message", TEXT.or(NONE)));

  private static final Map<String, Predicate<JsonNode>> CALL =
      Map.ofEntries(
          Map.entry("id", CALL_ID),
          Map.entry("run_id", RUN_ID),
          Map.entry("call_index", WHOLE),
          Map.entry("label", TEXT.or(NONE)),
          Map.entry("phase", TEXT.or(NONE)),
          Map.entry("status", TEXT),
          Map.entry("cache_status", TEXT),
          Map.entry("waiting_for", TEXT.or(NONE)),
          Map.entry("waiting_since", TIME.or(NONE)),
          Map.entry("waiting_until", TIME.or(NONE)),
          Map.entry("call_key", HASH.or(NONE)),
          Map.entry("occurrence", WHOLE.or(NONE)),
          Map.entry("provider", TEXT),
          Map.entry("model", TEXT.or(NONE)),
          Map.entry("agent_type", TEXT.or(NONE)),
          Map.entry("isolation", TEXT),
          Map.entry("worktree_path", PATH.or(NONE)),
          Map.entry("worktree_branch", TEXT.or(NONE)),
          Map.entry("changed_files", LIST),
          Map.entry("validation_status", TEXT.or(NONE)),
          Map.entry("validation_errors", LIST),
          Map.entry("input_tokens", WHOLE.or(NONE)),
          Map.entry("output_tokens", WHOLE.or(NONE)),
          Map.entry("cache_read_tokens", WHOLE.or(NONE)),
          Map.entry("cache_write_tokens", WHOLE.or(NONE)),
          Map.entry("estimated_cost_usd", NUMBER.or(NONE)),
          Map.entry("attempts", WHOLE),
          Map.entry("queue_ms", WHOLE),
          Map.entry("duration_ms", WHOLE),
          Map.entry("error", TEXT.or(NONE)),
          Map.entry("created_at", TIME),
          Map.entry("completed_at", TIME.or(NONE)));

  private static final Map<String, Predicate<JsonNode>> ARTIFACT =
      Map.of(
          "kind", TEXT,
          "call_id", CALL_ID.or(NONE),
          "path", PATH,
          "sha256", HASH,
          "size_bytes", WHOLE);

  private static Predicate<JsonNode> matches(String pattern) {
    Predicate<String> matches = Pattern.compile(pattern).asMatchPredicate();
    return node -> node.isString() && matches.test(node.stringValue());
  }

  private static JsonNode run = Json.read("null");

  @BeforeAll
  static void aRunWithCallsOfEveryKindIsRecorded() {
    owf.script(
        "shapes_child.py",
        """
        from workflows import agent
        async def main(args):
            return (await agent("in the child")).text
        """);
    Path script =
        owf.script(
            "shapes.py",
            """
            from workflows import agent, log, meta, phase, workflow
            meta(name="shapes", description="Every kind of call.", phases=["first", "second"])
            async def main(args):
                phase("first")
                await agent("plain", label="plain", model="m", agent_type="critic",
                            metadata={"fake": {"input_tokens": 7, "output_tokens": 3, "cost_usd": 0.25}})
                log("between", answer=42, nested={"a": [1]})
                phase("second")
                await agent("typed", schema={"type": "integer"})
                await agent("wrong", schema={"type": "integer"}, metadata={"fake": {"text": "x"}})
                await agent("broken", metadata={"fake": {"error": "no luck"}})
                await agent("edits", write_scope=["src"])
                return await workflow("shapes_child.py")
            """);
    run = owf.json("run", script.toString(), "--arg", "k=v", "--budget-tokens", "100000");
  }

  private static void assertShape(JsonNode object, Map<String, Predicate<JsonNode>> shape) {
    List<String> faults = new ArrayList<>();
    shape.forEach((field, type) -> {
      JsonNode value = object.get(field);
      if (value == null) {
        faults.add(field + " is missing");
      } else if (!type.test(value)) {
        faults.add(field + " is " + value);
      }
    });
    assertThat(faults).as(object.toPrettyString()).isEmpty();
  }

  @Test
  void runTellsIdStatusOutputAndDirectory() {
    assertThat(run.propertyNames())
        .containsExactlyInAnyOrder("run_id", "status", "output", "run_dir");
    assertShape(run, Map.of("run_id", RUN_ID, "status", TEXT, "output", OBJECT, "run_dir", PATH));
    assertThat(run.get("output").propertyNames())
        .as("what workflow() returns")
        .containsExactlyInAnyOrder("run_id", "status", "output", "run_dir");
  }

  @Test
  void statusShowsTheRunAndItsCalls() {
    JsonNode status = owf.json("status", "latest");

    assertThat(status.propertyNames()).containsExactlyInAnyOrder("run", "calls", "approvals");
    assertThat(status.get("approvals")).as("the script asked nothing").isEmpty();
    assertShape(status.get("run"), RUN);
    assertThat(status.get("calls")).hasSize(5).allSatisfy(call -> assertShape(call, CALL));
    assertThat(status.at("/run/id")).as("latest is no child").isEqualTo(run.get("run_id"));
    assertThat(status.at("/run/workflow_name").stringValue()).isEqualTo("shapes");
    assertThat(status.at("/run/workflow_description").stringValue())
        .isEqualTo("Every kind of call.");
    assertThat(status.at("/run/args")).isEqualTo(Json.read("{\"k\": \"v\"}"));
    assertThat(status.at("/run/provider").stringValue()).isEqualTo("fake");
    assertThat(status.at("/run/budget_spent_cost_usd").doubleValue()).isEqualTo(0.25);
    assertShape(status.get("run"), Map.of("completed_at", TIME));
    assertThat(status.at("/run/output_dir")).isEqualTo(run.get("run_dir"));
    assertThat(status.get("calls")).isEqualTo(owf.calls("latest"));
  }

  @Test
  void callsAreToldInTheOrderInWhichTheScriptMadeThem() {
    JsonNode calls = owf.calls("latest");

    assertThat(column(calls, "call_index")).containsExactly(1, 2, 3, 4, 5);
    assertThat(column(calls, "status"))
        .containsExactly("done", "done", "schema_failed", "provider_failed", "done");
    assertThat(column(calls, "cache_status"))
        .containsExactly("miss", "miss", "miss", "miss", "bypassed");
    assertThat(column(calls, "phase"))
        .containsExactly("first", "second", "second", "second", "second");
    assertThat(column(calls, "validation_status"))
        .containsExactly(null, "valid", "invalid", null, null);
    assertThat(calls.get(0).get("label").stringValue()).isEqualTo("plain");
    assertThat(calls.get(0).get("model").stringValue()).isEqualTo("m");
    assertThat(calls.get(0).get("agent_type").stringValue()).isEqualTo("critic");
    assertThat(calls.get(0).get("input_tokens").intValue()).isEqualTo(7);
    assertThat(calls.get(0).get("output_tokens").intValue()).isEqualTo(3);
    assertThat(calls.get(0).get("estimated_cost_usd").doubleValue()).isEqualTo(0.25);
    assertThat(calls.get(0).get("attempts").intValue()).isEqualTo(1);
    assertThat(calls.get(3).get("error").stringValue()).contains("no luck");
    assertThat(calls).allSatisfy(call -> assertShape(call, Map.of("completed_at", TIME)));
    assertThat(column(calls, "id"))
        .containsExactly(
            IntStream.rangeClosed(1, 5)
                .mapToObj(i -> run.get("run_id").stringValue() + "_call_000" + i)
                .toArray());
  }

  @Test
  void runsAreToldNewestFirst() {
    JsonNode runs = owf.json("runs");

    assertThat(runs).hasSize(2).allSatisfy(one -> assertShape(one, RUN));
    assertThat(column(runs, "parent_run_id"))
        .containsExactly(run.get("run_id").stringValue(), null);
    assertThat(owf.json("runs", "--limit", "1")).hasSize(1).first().isEqualTo(runs.get(0));
  }

  @Test
  void eventsComeInTheOrderOfTheScript() {
    JsonNode events = owf.json("events", "latest");

    List<JsonNode> ofTheScript = new ArrayList<>();
    events.forEach(event -> {
      if (List.of("phase", "log").contains(event.get("type").stringValue())) {
        ofTheScript.add(event);
      }
    });
    assertThat(ofTheScript)
        .extracting(event -> event.get("message").stringValue())
        .containsExactly("first", "between", "second");
    assertThat(ofTheScript.get(1).get("phase").stringValue()).isEqualTo("first");
    assertThat(ofTheScript.get(1).get("data"))
        .isEqualTo(Json.read("{\"answer\": 42, \"nested\": {\"a\": [1]}}"));
    assertThat(events).allSatisfy(event -> assertShape(event, Map.of("at", TIME)));
  }

  @Test
  void outputCatAndArtifactsAnswerInJsonToo() {
    assertThat(owf.json("output", "latest")).isEqualTo(run.get("output"));
    assertThat(owf.json("artifacts", "latest"))
        .isNotEmpty()
        .allSatisfy(artifact -> assertShape(artifact, ARTIFACT));
    String call = run.get("run_id").stringValue() + "_call_0001";
    assertThat(owf.json("cat", call).get("prompt").stringValue()).isEqualTo("plain");
    assertThat(owf.run("cat", call).stdout()).isEqualTo("plain\n");
    assertThat(owf.run("output", "latest").stdout()).contains("in the child");
  }

  @Test
  void commandsWithoutARunAnswerInJsonToo() {
    JsonNode doctor = owf.command("doctor", "--json").run().json();
    JsonNode examples = owf.json("examples");

    assertThat(doctor.toString()).contains("python");
    assertThat(examples.toString()).contains("hello_workflow", "voting");
    assertThat(owf.run("--version").stdout()).startsWith("owf ");
    assertThat(owf.run("--help").stdout()).contains("run", "resume", "status");
  }
}
