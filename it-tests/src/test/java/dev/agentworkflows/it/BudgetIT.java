package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.util.Collections;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

@Tag("smoke")
class BudgetIT {

  @RegisterExtension static final Owf owf = new Owf();

  @Test
  void aWideFanOutSpendsTheBudgetAndNotMore() {
    int each = 12;
    int total = 1000;
    Finished finished =
        owf.runScript(
            """
            from workflows import agent, parallel
            SCRIPTED = {"fake": {"input_tokens": 8, "output_tokens": 4}}
            async def main(args):
                results = await parallel([lambda i=i: agent(f"call {i}", metadata=SCRIPTED) for i in range(200)])
                return [result.require_ok().text for result in results]
            """,
            "--budget-tokens",
            Integer.toString(total));

    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(3);
    assertThat(finished.json().get("status").stringValue()).isEqualTo("budget_exceeded");
    JsonNode run = owf.json("status", "latest");
    int spent = run.at("/run/budget_spent_tokens").intValue();
    assertThat(spent).isBetween(total - each + 1, total);
    var statuses = column(run.get("calls"), "status");
    assertThat(statuses).hasSize(200).containsOnly("done", "budget_exceeded");
    int paid = Collections.frequency(statuses, "done");
    assertThat(paid * each).isEqualTo(spent);
    assertThat(finished.stderr())
        .contains("resume " + run.at("/run/id").stringValue(), "--budget-tokens");

    JsonNode resumed = owf.json("resume", "latest", "--budget-tokens", "10000");
    JsonNode after = owf.json("status", resumed.get("run_id").stringValue());
    assertThat(after.at("/run/budget_spent_tokens").intValue())
        .as("a resume pays only the rest")
        .isEqualTo((200 - paid) * each);
    assertThat(Collections.frequency(column(after.get("calls"), "cache_status"), "hit"))
        .isEqualTo(paid);
  }

  @Test
  void aScriptThatCatchesBudgetExceededMayEndWell() {
    JsonNode output =
        owf.output(
            """
            from workflows import BudgetExceeded, agent, budget
            async def main(args):
                told = [budget.total_tokens, budget.can_spend(), budget.can_spend(200)]
                await agent("one", metadata={"fake": {"input_tokens": 60, "output_tokens": 40}})
                told += [budget.spent_tokens, budget.remaining_tokens, budget.can_spend()]
                try:
                    await agent("two")
                except BudgetExceeded as error:
                    told.append(bool(str(error)))
                return told
            """,
            "--budget-tokens",
            "100");

    assertThat(output).isEqualTo(Json.read("[100, true, false, 100, 0, false, true]"));
    assertThat(column(owf.calls("latest"), "status")).containsExactly("done", "budget_exceeded");
  }

  @Test
  void aBudgetOfMoneyHoldsAndHitsCostNothing() {
    String script =
        """
        from workflows import BudgetExceeded, agent, budget
        async def main(args):
            done = 0
            try:
                for i in range(10):
                    await agent(f"paid {i}", metadata={"fake": {"cost_usd": 0.1}})
                    done += 1
            except BudgetExceeded:
                pass
            return {"done": done, "spent": budget.spent_cost_usd}
        """;

    JsonNode first = owf.output(script, "--budget-cost-usd", "0.45");
    JsonNode second = owf.output(script, "--budget-cost-usd", "0.45");

    assertThat(first.get("done").intValue()).isBetween(4, 5);
    assertThat(first.get("spent").doubleValue()).isBetween(0.35, 0.5);
    assertThat(second.get("done").intValue())
        .as("the paid ones are free now, so that more of the others fit")
        .isGreaterThan(first.get("done").intValue());
  }

  @Test
  void tokensSetAsideAreNobodyElses() {
    JsonNode output =
        owf.output(
            """
            from workflows import BudgetExceeded, agent, budget
            SCRIPTED = {"fake": {"input_tokens": 10, "output_tokens": 10}}
            async def main(args):
                told = []
                with budget.reserve(90):
                    try:
                        budget.reserve(11)
                    except BudgetExceeded:
                        told.append("no more")
                told.append((await agent("released", metadata=SCRIPTED)).status)
                return told
            """,
            "--budget-tokens",
            "100");

    assertThat(output).isEqualTo(Json.read("[\"no more\", \"done\"]"));
  }

  @Test
  void aBudgetIsForAllAttemptsOfAJob() {
    Finished first =
        owf.runScript(
            """
            from workflows import agent
            SCRIPTED = {"fake": {"input_tokens": 60, "output_tokens": 40}}
            async def main(args):
                for i in range(20):
                    await agent(f"q{i}", metadata=SCRIPTED)
            """,
            "--budget-tokens",
            "500");
    String run = first.json().get("run_id").stringValue();
    assertThat(first.exitCode()).isEqualTo(3);

    owf.command("resume", run).run();
    assertThat(owf.json("status", "latest").at("/run/budget_spent_tokens").intValue()).isZero();
    owf.command("resume", run, "--budget-tokens", "1000").run();
    assertThat(owf.json("status", "latest").at("/run/budget_spent_tokens").intValue())
        .isEqualTo(500);
    assertThat(owf.json("status", "latest").at("/run/error_message").stringValue())
        .contains("1000 of 1000 tokens are spent", "by earlier attempts");
  }
}
