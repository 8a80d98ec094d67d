package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

@Tag("smoke")
class ResumeIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String BROKEN =
      """
      from workflows import agent
      async def main(args):
          one = await agent("resume one")
          two = await agent("resume two")
          raise RuntimeError("not yet")
      """;

  @Test
  void aResumePaysOnlyForWhatHasNoRememberedResult() {
    Path script = owf.script("mended.py", BROKEN);

    Finished broken = owf.run("run", script.toString(), "--json");
    String brokenId = broken.json().required("run_id").stringValue();
    owf.script(
        "mended.py",
        BROKEN.replace("raise RuntimeError(\"not yet\")", "return (await agent(\"three\")).text"));
    JsonNode mended = owf.json("resume", brokenId);
    JsonNode status = owf.json("status", mended.required("run_id").stringValue());

    assertThat(broken.exitCode()).isEqualTo(1);
    assertThat(mended.required("status").stringValue()).isEqualTo("done");
    assertThat(mended.required("output").stringValue()).isEqualTo("three");
    assertThat(column(status.get("calls"), "cache_status")).containsExactly("hit", "hit", "miss");
    assertThat(status.at("/run/resumed_from_run_id").stringValue()).isEqualTo(brokenId);
    assertThat(status.at("/run/attempt_number").intValue()).isEqualTo(2);
    assertThat(owf.json("status", brokenId).at("/run/status").stringValue()).isEqualTo("failed");
  }

  @Test
  void aResumeRunsUnderTheSameConditionsUnlessAnOptionSaysOtherwise() throws Exception {
    Path script =
        owf.script(
            "conditions.py",
            """
            from workflows import agent
            async def main(args):
                result = await agent("under conditions")
                return [args, result.model]
            """);
    Path workspace = Files.createDirectories(owf.directory().resolve("elsewhere"));
    List<String> kept =
        List.of(
            "args",
            "provider",
            "model",
            "cache_policy",
            "workspace",
            "script_path",
            "budget_total_tokens",
            "budget_total_cost_usd",
            "allow_unpriced");

    JsonNode original =
        owf.json(
            "run",
            script.toString(),
            "--model",
            "m1",
            "--arg",
            "city=Oslo",
            "--args-json",
            "{\"n\": 1}",
            "--budget-tokens",
            "5000",
            "--budget-cost-usd",
            "1.5",
            "--allow-unpriced",
            "--cache-policy",
            "refresh",
            "--workspace",
            workspace.toString());
    JsonNode resumed = owf.json("resume", original.required("run_id").stringValue());
    JsonNode overridden =
        owf.json(
            "resume",
            "latest",
            "--model",
            "m2",
            "--arg",
            "city=Rome",
            "--budget-tokens",
            "6000",
            "--cache-policy",
            "auto",
            "--provider",
            "FIXTURE");

    JsonNode runs = owf.json("runs");
    assertThat(column(runs, "attempt_number")).startsWith(3, 2, 1);
    assertThat(column(runs, "resumed_from_run_id"))
        .startsWith(
            resumed.get("run_id").stringValue(), original.get("run_id").stringValue(), null);
    assertThat(kept)
        .allSatisfy(field ->
            assertThat(runs.get(1).required(field))
                .as(field)
                .isEqualTo(runs.get(2).required(field)));
    assertThat(runs.get(2).get("workspace").stringValue()).isEqualTo(workspace.toString());
    assertThat(runs.get(2).get("budget_total_tokens").longValue()).isEqualTo(5000);
    assertThat(runs.get(2).get("budget_total_cost_usd").doubleValue()).isEqualTo(1.5);
    assertThat(runs.get(2).get("allow_unpriced").booleanValue()).isTrue();
    long spent = runs.get(2).get("budget_spent_tokens").longValue();
    assertThat(spent).isPositive();
    assertThat(runs.get(1).get("budget_job_spent_tokens").longValue())
        .isEqualTo(spent + runs.get(1).get("budget_spent_tokens").longValue());
    assertThat(runs.get(2).get("cache_policy").stringValue()).isEqualTo("refresh");
    assertThat(Json.plain(resumed.get("output")))
        .isEqualTo(List.of(Map.of("n", 1, "city", "Oslo"), "m1"));
    assertThat(Json.plain(overridden.get("output")))
        .isEqualTo(List.of(Map.of("n", 1, "city", "Rome"), "m2"));
    assertThat(runs.get(0).get("budget_total_tokens").longValue()).isEqualTo(6000);
    assertThat(runs.get(0).get("cache_policy").stringValue()).isEqualTo("auto");
    assertThat(runs.get(0).get("workspace").stringValue()).isEqualTo(workspace.toString());
  }
}
