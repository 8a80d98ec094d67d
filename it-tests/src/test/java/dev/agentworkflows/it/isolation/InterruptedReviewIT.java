package dev.agentworkflows.it.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.OwfProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Reviews that wait for their turn in a worktree when their coordinator is killed. */
class InterruptedReviewIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String SCRIPT =
      """
      import os
      from workflows import agent, parallel


      async def main(args):
          delay = 0 if os.path.exists(args["go"]) else 100_000
          work = await agent("implement", label="implement", isolation="worktree")
          done = await parallel([
              lambda: agent("fix", label="fix", isolation="worktree", worktree=work,
                            metadata={"fake": {"delay_ms": delay}}),
              lambda: agent("review", label="review", worktree=work),
              lambda: agent("apart", label="apart", worktree=work, cache_policy="disabled"),
          ])
          return [result.status for result in done]
      """;

  @Test
  void aReviewThatWasKilledWhileItWaitedIsExplained() throws IOException {
    Project project = Project.repository(owf, "interrupted");
    Path script = owf.script("interrupted.py", SCRIPT);
    Path go = owf.directory().resolve("go");
    OwfProcess run =
        project
            .command("run", script.toString(), "--json", "--arg", "go=" + go)
            .and("--workspace", project.top.toString())
            .start();
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(300))
        .until(() -> waiting(project) == 2);
    run.destroyForcibly();
    run.finish();

    JsonNode killed = explained(project);
    assertThat(Json.column(killed, "cache_status"))
        .containsExactly("bypassed", "bypassed", "miss", "disabled");
    assertThat(killed.at("/2/reason").stringValue()).isEqualTo("it ended before its key was known");
    assertThat(killed.at("/3/reason").stringValue()).isEqualTo("cache policy disabled");

    Files.createFile(go);
    Owf.Finished resumed = project.command("resume", "latest", "--json").run();
    assertThat(Json.plain(resumed.json().get("output")))
        .as(resumed.toString())
        .isEqualTo(List.of("done", "done", "done"));
    JsonNode explained = explained(project);
    assertThat(Json.column(explained, "cache_status"))
        .containsExactly("bypassed", "bypassed", "miss", "disabled");
    assertThat(explained.at("/2/reason").stringValue()).isEqualTo("earlier call did not finish");
  }

  private static JsonNode explained(Project project) {
    return project.command("explain-cache", "latest", "--json").run().json();
  }

  private static long waiting(Project project) {
    Owf.Finished calls = project.command("calls", "latest", "--json").run();
    long waiting = 0;
    if (calls.exitCode() == 0) {
      for (JsonNode call : calls.json()) {
        waiting +=
            call.get("waiting_for").isNull() || call.get("label").asString().equals("fix") ? 0 : 1;
      }
    }
    return waiting;
  }
}
