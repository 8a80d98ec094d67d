package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Time limits, retries, cancellation, and many calls at once. */
class CallEndingsIT {

  @RegisterExtension static final Owf owf = new Owf();

  @Test
  void aCallThatTakesTooLongEndsAsTimeout() {
    JsonNode output =
        owf.output(
            """
            import time
            from workflows import agent
            SLOW = {"fake": {"delay_ms": 600000}}
            async def main(args):
                began = time.monotonic()
                own = await agent("its own limit", timeout_seconds=0.2, metadata=SLOW)
                default = await agent("the run's limit", metadata=SLOW)
                return [own.status, own.ok, default.status, bool(own.error), time.monotonic() - began]
            """,
            "--timeout",
            "0.3");

    assertThat(output.get(0).stringValue()).isEqualTo("timeout");
    assertThat(output.get(1).booleanValue()).isFalse();
    assertThat(output.get(2).stringValue()).isEqualTo("timeout");
    assertThat(output.get(3).booleanValue()).isTrue();
    assertThat(output.get(4).doubleValue()).as("seconds").isBetween(0.5, 20.0);
  }

  @Test
  void aReadOnlyCallIsTriedAgainAndAMutatingOneIsNot() {
    JsonNode output =
        owf.output(
            """
            from workflows import agent, parallel
            def failing(times):
                return {"fake": {"fail_times": times}}
            async def main(args):
                results = await parallel([
                    lambda: agent("twice", metadata=failing(1)),
                    lambda: agent("for ever", metadata=failing(99)),
                    lambda: agent("edits", metadata=failing(1), write_scope=["src"]),
                ])
                return [result.status for result in results]
            """);

    assertThat(Json.plain(output)).isEqualTo(List.of("done", "provider_failed", "provider_failed"));
    assertThat(column(owf.calls("latest"), "attempts")).containsExactly(2, 4, 1);
  }

  @Test
  void underFailFastTheFirstFailureCancelsTheOthers() {
    JsonNode output =
        owf.output(
            """
            from workflows import agent, parallel
            SLOW = {"fake": {"delay_ms": 600000}}
            async def main(args):
                hasty = await parallel([
                    lambda: agent("slow", metadata=SLOW),
                    lambda: agent("fails", metadata={"fake": {"delay_ms": 200, "error": "no"}}),
                    lambda: agent("not started"),
                ], concurrency=2, fail_fast=True)
                def raises():
                    raise ValueError("in a branch")
                patient = await parallel([raises, lambda: agent("goes on")])
                return [[result.status, result.ok] for result in hasty + patient] + [patient[0].error]
            """);

    assertThat(output)
        .isEqualTo(
            Json.read(
                """
                [["cancelled", false], ["provider_failed", false], ["cancelled", false],
                 ["failed", false], ["done", true], "ValueError: in a branch"]
                """));
    assertThat(column(owf.calls("latest"), "status"))
        .containsExactly("cancelled", "provider_failed", "done");
  }

  @Test
  void cancellingATaskCancelsItsCall() {
    JsonNode output =
        owf.output(
            """
            import asyncio
            from workflows import agent
            async def main(args):
                slow = asyncio.create_task(agent("slow", metadata={"fake": {"delay_ms": 600000}}))
                await asyncio.sleep(0)
                await agent("meanwhile")
                slow.cancel()
                try:
                    await slow
                except asyncio.CancelledError:
                    pass
                try:
                    await asyncio.wait_for(agent("late", metadata={"fake": {"delay_ms": 600000}}), 0.2)
                except asyncio.TimeoutError:
                    return "gave up waiting"
            """);

    assertThat(output.stringValue()).isEqualTo("gave up waiting");
    assertThat(column(owf.calls("latest"), "status"))
        .containsExactly("cancelled", "done", "cancelled");
  }

  @Test
  void fiveThousandCallsAtOnceAllFinishAndAreAllRecorded() {
    JsonNode output =
        owf.output(
            """
            from workflows import agent, parallel
            async def main(args):
                results = await parallel([lambda i=i: agent(f"topic {i % 500}", label=str(i)) for i in range(5000)])
                wrong = [i for i, result in enumerate(results) if result.text != f"topic {i % 500}"]
                return [len(results), wrong, sorted({result.status for result in results})]
            """);

    assertThat(output).isEqualTo(Json.read("[5000, [], [\"done\"]]"));
    JsonNode calls = owf.calls("latest");
    assertThat(column(calls, "call_index"))
        .isEqualTo(IntStream.rangeClosed(1, 5000).boxed().toList());
    assertThat(column(calls, "label"))
        .isEqualTo(IntStream.range(0, 5000).mapToObj(Integer::toString).toList());
    assertThat(column(calls, "occurrence"))
        .isEqualTo(IntStream.range(0, 5000).mapToObj(i -> i / 500 + 1).toList());
    assertThat(column(calls, "cache_status")).containsOnly("miss");
  }

  @Test
  void pipelinesAndPhasesKeepToTheirItems() {
    JsonNode output =
        owf.output(
            """
            from workflows import agent, parallel, phase, pipeline
            async def draft(item):
                return await agent(f"draft {item}", metadata={"fake": {"delay_ms": 200 if item == "slow" else 0}})
            async def polish(drafted):
                return (await agent(f"polish {drafted.text}")).text
            async def branch(name):
                phase(name)
                await agent("one more moment", metadata={"fake": {"delay_ms": 20}})
                return (await agent(f"in {name}")).phase
            async def main(args):
                polished = await pipeline(["slow", "quick"], draft, polish, concurrency=2)
                phase("outside")
                branches = await parallel([lambda: branch("a"), lambda: branch("b")])
                return [polished, branches, (await agent("after")).phase]
            """);

    assertThat(output)
        .isEqualTo(
            Json.read(
                """
                [["polish draft slow", "polish draft quick"], ["a", "b"], "outside"]
                """));
    assertThat(owf.calls("latest").at("/2/status").stringValue()).isEqualTo("done");
  }
}
