package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

@Tag("smoke")
class CacheIT {

  @RegisterExtension static final Owf owf = new Owf();

  /** Runs a script's text and gives its calls. */
  private static JsonNode callsOf(String text, String... options) {
    var run = owf.runScript(text, options);
    assertThat(run.exitCode()).as(run.toString()).isZero();
    return owf.calls(run.json().required("run_id").stringValue());
  }

  @Test
  void editingOnePromptRunsThatCallAlone() {
    String script =
        """
        from workflows import agent, phase
        async def main(args):
            phase("read")
            one = await agent("tell of rivers", label="one", timeout_seconds=50)
            two = await agent("tell of lakes", label="two")
            return [one.text, two.text]
        """;
    String dressedUp =
        script
            .replace("\"one\"", "\"first\"")
            .replace("\"read\"", "\"study\"")
            .replace("=50", "=70")
            .replace("async def", "# A remark.\nasync def");

    assertThat(column(callsOf(script), "cache_status")).containsExactly("miss", "miss");
    JsonNode again = callsOf(dressedUp);
    assertThat(column(again, "cache_status")).containsExactly("hit", "hit");
    assertThat(column(again, "status")).containsExactly("done", "done");
    assertThat(column(again, "label")).containsExactly("first", "two");
    assertThat(column(again, "phase")).containsExactly("study", "study");
    assertThat(column(callsOf(dressedUp.replace("lakes", "ponds")), "cache_status"))
        .containsExactly("hit", "miss");
  }

  @Test
  void theKeyHoldsWhatShapesTheAnswerAndNothingElse() {
    JsonNode keys =
        owf.output(
            """
            from workflows import agent
            SAME = [
                {}, {"label": "x"}, {"phase": "y"}, {"timeout_seconds": 7}, {"cache_policy": "refresh"},
                {"provider": "fake"}, {"provider": "FAKE"}, {"provider": "Fixture"},
            ]
            DIFFERENT = [
                {"schema": {"type": "string"}}, {"schema": {"type": "integer"}}, {"model": "m"},
                {"agent_type": "critic"}, {"read_scope": ["src"]}, {"permissions": {"net": False}},
                {"metadata": {"note": 1}}, {"cache_namespace": "n"},
            ]
            async def main(args):
                keys = lambda variants: [agent("the same prompt", **variant) for variant in variants]
                same = [(await call).cache_key for call in keys(SAME)]
                different = [(await call).cache_key for call in keys(DIFFERENT)]
                other_prompt = (await agent("another prompt")).cache_key
                order = [
                    (await agent("p", metadata=metadata)).cache_key
                    for metadata in ({"a": 1, "b": [2]}, {"b": [2], "a": 1})
                ]
                return {
                    "same": sorted(set(same)),
                    "different": len(set(different + same + [other_prompt])),
                    "order": len(set(order)),
                }
            """);

    assertThat(keys.get("same")).singleElement().asString().matches("\"[0-9a-f]{64}\"");
    assertThat(keys.get("different").intValue()).isEqualTo(10);
    assertThat(keys.get("order").intValue()).as("keys of one object in two orders").isEqualTo(1);
  }

  @Test
  void identicalCallsOfOneRunAreDifferentSamples() {
    String five =
        """
        from workflows import agent, parallel
        async def main(args):
            votes = await parallel([lambda: agent("vote on the name")] * 5)
            return [vote.cache_status for vote in votes]
        """;

    JsonNode first = callsOf(five);
    JsonNode again = owf.calls(owf.json("resume", "latest").required("run_id").stringValue());
    JsonNode six = callsOf(five.replace("* 5", "* 6"));

    assertThat(column(first, "cache_status")).containsExactlyElementsOf(times(5, "miss"));
    assertThat(column(first, "occurrence"))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 5).boxed().toList());
    assertThat(column(first, "call_key"))
        .hasSize(5)
        .containsOnly(first.at("/0/call_key").stringValue());
    assertThat(column(again, "cache_status")).containsExactlyElementsOf(times(5, "hit"));
    assertThat(column(six, "cache_status"))
        .containsExactlyElementsOf(
            Stream.concat(times(5, "hit").stream(), Stream.of("miss")).toList());
  }

  private static List<String> times(int count, String word) {
    return Collections.nCopies(count, word);
  }

  @Test
  void aSampleThatIsGivenBackIsTheOneThatWasPaidFor() {
    String script =
        """
        from workflows import agent
        async def main(args):
            return [(await agent("p", metadata={"fake": {"text": text}})).text for text in ("a", "b", "a")]
        """;

    assertThat(column(callsOf(script), "cache_status")).containsExactly("miss", "miss", "miss");
    assertThat(Json.plain(owf.output(script))).isEqualTo(List.of("a", "b", "a"));
    assertThat(column(owf.calls("latest"), "cache_status")).containsExactly("hit", "hit", "hit");
    assertThat(column(owf.calls("latest"), "occurrence")).containsExactly(1, 1, 2);
  }

  @Test
  void onlyDoneResultsAreRemembered() {
    String failing =
        """
        from workflows import agent
        async def main(args):
            await agent("fails", metadata={"fake": {"error": "no"}})
            await agent("late", metadata={"fake": {"status": "timeout"}})
            await agent("wrong", schema={"type": "integer"}, metadata={"fake": {"text": "many"}})
            await agent("who", provider="nobody")
            await agent("fine")
        """;

    JsonNode first = callsOf(failing);
    JsonNode again = callsOf(failing);

    assertThat(column(first, "status"))
        .containsExactly("provider_failed", "timeout", "schema_failed", "provider_failed", "done");
    assertThat(column(again, "status")).containsExactlyElementsOf(column(first, "status"));
    assertThat(column(again, "cache_status"))
        .containsExactly("miss", "miss", "miss", "miss", "hit");
  }

  @Test
  void aPolicySaysWhetherACallIsReadFromMemoryAndWrittenToIt() {
    String script =
        """
        from workflows import agent
        async def main(args):
            for policy in ("auto", "read_only", "refresh", "disabled"):
                await agent(f"under {policy}", cache_policy=POLICY or policy)
        """;
    String eachItsOwn = "POLICY = None\n" + script;
    String allAuto = "POLICY = 'auto'\n" + script;

    assertThat(column(callsOf(eachItsOwn), "cache_status"))
        .containsExactly("miss", "miss", "miss", "disabled");
    assertThat(column(callsOf(allAuto), "cache_status"))
        .as("what was written: by auto and refresh")
        .containsExactly("hit", "miss", "hit", "miss");
    assertThat(column(callsOf(eachItsOwn), "cache_status"))
        .as("what is read, now that all is written: by auto and read_only")
        .containsExactly("hit", "hit", "miss", "disabled");
  }

  @Test
  void theRunsPolicyIsThatOfCallsThatNameNone() {
    String script =
        """
        from workflows import agent
        async def main(args):
            await agent("under the run's policy")
            await agent("under its own policy", cache_policy="auto")
        """;

    assertThat(column(callsOf(script, "--cache-policy", "disabled"), "cache_status"))
        .containsExactly("disabled", "miss");
    assertThat(column(callsOf(script, "--cache-policy", "read_only"), "cache_status"))
        .containsExactly("miss", "hit");
    assertThat(column(callsOf(script, "--cache-policy", "refresh"), "cache_status"))
        .containsExactly("miss", "hit");
    assertThat(column(callsOf(script), "cache_status")).containsExactly("hit", "hit");
  }

  @Test
  void aMutatingCallIsNeitherReadFromMemoryNorWrittenToIt() {
    String script =
        """
        from workflows import agent
        async def main(args):
            results = [await agent("edit", write_scope=["src"], cache_policy=policy)
                       for policy in (None, "auto", "read_only", "refresh", "disabled")]
            await agent("edit")
            return [[result.status, result.cache_status, result.cache_key] for result in results]
        """;

    JsonNode first = owf.output(script);
    JsonNode calls = callsOf(script);

    assertThat(first)
        .allSatisfy(
            result -> assertThat(result).isEqualTo(Json.read("[\"done\", \"bypassed\", null]")));
    assertThat(column(calls, "cache_status"))
        .containsExactly("bypassed", "bypassed", "bypassed", "bypassed", "bypassed", "hit");
    assertThat(column(calls, "call_key").subList(0, 5)).containsOnlyNulls();
  }
}
