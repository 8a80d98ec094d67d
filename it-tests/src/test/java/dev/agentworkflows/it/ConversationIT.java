package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Calls that continue others, in scripts of the real shim. */
class ConversationIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String SCRIPT =
      """
      from workflows import agent, parallel
      async def main(args):
          first = await agent("begin", label="first")
          second = await agent("go on", label="second", continues=first)
          forks = await parallel([
              lambda: agent("left", continues=second), lambda: agent("right", continues=second)])
          return [r.text for r in (first, second, *forks)]
      """;

  @Test
  @Tag("smoke")
  void aResumeGivesTheSameChainBack() {
    Path script =
        owf.script(
            "chain.py", SCRIPT.replace("return [", "raise RuntimeError('not yet')\n    return ["));
    owf.run("run", script.toString());
    JsonNode broken = owf.json("status", "latest");
    owf.script("chain.py", SCRIPT);
    JsonNode resumed = owf.json("resume", broken.at("/run/id").stringValue());
    JsonNode calls = owf.calls("latest");

    assertThat(resumed.get("output").toString())
        .isEqualTo("[\"begin\",\"[turn 2] go on\",\"[turn 3] left\",\"[turn 3] right\"]");
    assertThat(column(calls, "cache_status")).containsOnly("hit");
    assertThat(column(calls, "continues"))
        .containsExactly(
            null,
            calls.at("/0/id").stringValue(),
            calls.at("/1/id").stringValue(),
            calls.at("/1/id").stringValue());
    assertThat(column(calls, "call_key")).isEqualTo(column(broken.get("calls"), "call_key"));
  }

  @Test
  void anotherBeginningIsAnotherConversation() {
    String one = SCRIPT.replace("begin", "edited");
    Path script = owf.script("edited.py", one);
    owf.json("run", script.toString());
    String first = owf.calls("latest").at("/0/id").stringValue();
    owf.script("edited.py", one.replace("edited", "edited again"));
    owf.json("run", script.toString());

    assertThat(column(owf.calls("latest"), "cache_status")).containsOnly("miss");
    assertThat(owf.json("explain-cache", "latest").at("/1/reason").stringValue())
        .isEqualTo(
            "continues changed %s -> %s"
                .formatted(first, owf.calls("latest").at("/0/id").stringValue()));
  }

  @Test
  void whatCannotBeContinuedIsRefusedInPlainWords() {
    Path script =
        owf.script(
            "misuse.py",
            """
            import dataclasses
            from workflows import agent
            async def main(args):
                done = await agent("done")
                failed = await agent("fails", metadata={"fake": {"status": "failed"}})
                strange = dataclasses.replace(done, call_id="run_20200101_000000_000000_call_0001")
                claimed = dataclasses.replace(failed, status="done")
                out = []
                for result in (done.call_id, failed, strange, claimed):
                    try:
                        await agent("p", continues=result)
                    except (TypeError, ValueError) as error:
                        out.append(f"{type(error).__name__}: {error}")
                return out
            """);
    JsonNode output = owf.json("run", script.toString()).get("output");

    assertThat(output).hasSize(4);
    assertThat(output.get(0).stringValue()).startsWith("TypeError: continues: expected the");
    assertThat(output.get(1).stringValue()).contains("expected a result that is done");
    assertThat(output.get(2).stringValue()).contains("is no call of this run");
    assertThat(output.get(3).stringValue()).contains("is 'provider_failed'");
    assertThat(owf.calls("latest")).hasSize(2);
  }

  @Test
  void aParentContinuesWhatItsChildSaid() {
    owf.script(
        "said.py",
        """
        from workflows import agent
        import shared
        async def main(args):
            shared.result = await agent("in the child")
        """);
    owf.script("shared.py", "result = None\n");
    Path script =
        owf.script(
            "parent.py",
            """
            from workflows import agent, workflow
            import shared
            async def main(args):
                await workflow("said.py")
                return (await agent("in the parent", continues=shared.result)).text
            """);
    assertThat(owf.json("run", script.toString()).get("output").stringValue())
        .isEqualTo("[turn 2] in the parent");
  }
}
