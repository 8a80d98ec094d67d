package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class ChildWorkflowsIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String CHILD =
      """
      from workflows import agent, phase
      async def main(args):
          phase("in the child")
          result = await agent("child of " + args["who"], metadata={"fake": {"input_tokens": 30, "output_tokens": 10}})
          return {"text": result.text, "model": result.model}
      """;

  private static final String ONE_CALL =
      """
      from workflows import agent
      async def main(args):
          return (await agent(f"question {args['number']}")).text
      """;

  private static final String MANY_CHILDREN =
      """
      from workflows import parallel, workflow
      async def main(args):
          ended = await parallel(
              [lambda n=n: workflow("child.py", {"number": n}) for n in range(int(args["children"]))]
          )
          return sum(isinstance(one, dict) and one["status"] == "done" for one in ended)
      """;

  @Test
  @Tag("smoke")
  void aChildHasARecordOfItsOwnAndItsParentsDefaults() {
    owf.script("family/child.py", CHILD);
    Path parent =
        owf.script(
            "family/parent.py",
            """
            from workflows import agent, budget, phase, workflow
            async def main(args):
                phase("in the parent")
                child = await workflow("child.py", args={"who": "me"})
                after = await agent("after", metadata={"fake": {"input_tokens": 1, "output_tokens": 1}})
                return {"child": child, "spent": budget.spent_tokens, "phase": after.phase}
            """);

    JsonNode run = owf.json("run", parent.toString(), "--model", "m9", "--budget-tokens", "1000");
    JsonNode child = run.at("/output/child");
    JsonNode childStatus = owf.json("status", child.get("run_id").stringValue());

    assertThat(child.get("status").stringValue()).isEqualTo("done");
    assertThat(child.get("output"))
        .isEqualTo(Json.read("{\"text\": \"child of me\", \"model\": \"m9\"}"));
    assertThat(Path.of(child.get("run_dir").stringValue())).isDirectory();
    assertThat(childStatus.at("/run/parent_run_id")).isEqualTo(run.get("run_id"));
    assertThat(childStatus.at("/run/model").stringValue()).isEqualTo("m9");
    assertThat(childStatus.at("/run/args")).isEqualTo(Json.read("{\"who\": \"me\"}"));
    assertThat(column(childStatus.get("calls"), "phase")).containsExactly("in the child");
    assertThat(run.at("/output/spent").intValue()).as("the budget is shared").isEqualTo(42);
    assertThat(run.at("/output/phase").stringValue()).isEqualTo("in the parent");
    assertThat(owf.json("status", "latest").at("/run/id")).isEqualTo(run.get("run_id"));
    assertThat(column(owf.calls("latest"), "call_index")).containsExactly(1);
  }

  @Test
  void aThousandChildrenStartAtOnce() {
    owf.script("many/child.py", ONE_CALL);
    Path parent = owf.script("many/parent.py", MANY_CHILDREN);

    JsonNode run = owf.json("run", parent.toString(), "--arg", "children=1000");

    assertThat(run.at("/output").intValue()).as("children that were done").isEqualTo(1000);
  }

  @Test
  void aChildSpendsItsParentsBudget() {
    owf.script("spender.py", CHILD);
    Finished finished =
        owf.runScript(
            """
            from workflows import agent, workflow
            async def main(args):
                child = await workflow("spender.py", args={"who": "the rich"})
                await agent("too much", metadata={"fake": {"input_tokens": 30, "output_tokens": 10}})
                again = await workflow("spender.py", args={"who": "the poor"})
                return [child["status"], again["status"]]
            """,
            "--budget-tokens",
            "79");

    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(3);
    assertThat(finished.json().get("status").stringValue()).isEqualTo("budget_exceeded");
  }

  @Test
  void aGrandchildIsRefused() {
    owf.script("grandchild.py", CHILD);
    owf.script(
        "ambitious.py",
        """
        from workflows import workflow
        async def main(args):
            try:
                await workflow("grandchild.py", args={"who": "x"})
            except RuntimeError as error:
                return str(error)
        """);
    JsonNode output =
        owf.output(
            """
            from workflows import workflow
            async def main(args):
                return (await workflow("ambitious.py"))["output"]
            """);

    assertThat(output.stringValue()).contains("one child level");
  }

  @Test
  void aChildThatFailsOrIsMissingRaises() {
    owf.script("failing.py", "async def main(args):\n    raise ValueError('child trouble')\n");
    owf.script("unreadable.py", "def main(args:\n");
    JsonNode output =
        owf.output(
            """
            from workflows import WorkflowError, workflow
            async def main(args):
                messages = []
                for path in ("failing.py", "not_there.py", "unreadable.py"):
                    try:
                        await workflow(path)
                    except WorkflowError as error:
                        messages.append(str(error))
                return messages
            """);

    assertThat(output.get(0).stringValue())
        .matches("the child run \\S+ of failing\\.py failed: ValueError: child trouble");
    assertThat(output.get(1).stringValue()).contains("not_there.py");
    assertThat(output.get(2).stringValue()).contains("unreadable.py:1");
    JsonNode child = owf.json("status", output.get(0).stringValue().split(" ")[3]).get("run");
    assertThat(child.get("error_kind").stringValue()).isEqualTo("ValueError");
    assertThat(child.get("error_message").stringValue()).isEqualTo("child trouble");
  }

  @Test
  void aResumeOfTheParentGivesTheChildsAnswersBack() {
    owf.script("remembered.py", CHILD);
    owf.output(
        """
        from workflows import workflow
        async def main(args):
            return await workflow("remembered.py", args={"who": "memory"})
        """);

    JsonNode resumed = owf.json("resume", "latest");

    String child = resumed.at("/output/run_id").stringValue();
    assertThat(column(owf.calls(child), "cache_status")).containsExactly("hit");
    assertThat(owf.run("resume", child).stderr()).contains("child");
  }
}
