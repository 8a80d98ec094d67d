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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Calls in worktrees whose coordinator is killed while they wait for their turn, or when they are
 * answered and git is asked what they left.
 */
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

  private static final String TWO_CALLS =
      """
      from workflows import agent


      async def main(args):
          work = await agent("echo 1 > new.txt; echo did; %1$s", label="implement",
                             isolation="worktree")
          review = await agent("echo asked >> '%3$s'; cat new.txt; %2$s", label="review",
                               worktree=work)
          return review.text_or_raise()
      """;

  /** A git that waits while there is a file. */
  private static final String SLOW_GIT =
      """
      #!/bin/sh
      if [ -e '%1$s' ]; then
        touch '%1$s-seen'
        while [ -e '%1$s' ]; do sleep 0.1; done
      fi
      exec '%2$s' "$@"
      """;

  @ParameterizedTest
  @ValueSource(strings = {"implement", "review"})
  void anAnswerIsKeptWhoseTreeIsStillInspected(String label) throws IOException {
    Project project = Project.repository(owf, "answered-" + label);
    Path hold = owf.directory().resolve("hold-" + label);
    Path paid = Files.createFile(owf.directory().resolve("paid-" + label));
    Path programs = Files.createDirectories(owf.directory().resolve("programs-" + label));
    Path git = programs.resolve("git");
    Files.writeString(git, SLOW_GIT.formatted(hold, project.sh("command -v git")));
    assertThat(git.toFile().setExecutable(true)).isTrue();
    String wait = "[ -e '" + hold + "-seen' ] || touch '" + hold + "'";
    OwfProcess run =
        project
            .workflow(
                TWO_CALLS.formatted(
                    label.equals("implement") ? wait : "true",
                    label.equals("review") ? wait : "true",
                    paid))
            .with("PATH", programs + ":" + System.getenv("PATH"))
            .start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(hold.resolveSibling(hold.getFileName() + "-seen")));
    run.destroyForcibly();
    run.finish();
    Files.delete(hold);

    JsonNode calls = project.command("calls", "latest", "--json").run().json();
    JsonNode killed = calls.get(calls.size() - 1);
    assertThat(killed.get("label").stringValue()).isEqualTo(label);
    assertThat(killed.get("status").stringValue()).isEqualTo("done");
    assertThat(killed.get("output_tokens").longValue()).isEqualTo(1);
    assertThat(project.command("cat", killed.get("id").stringValue()).run().stdout())
        .contains(label.equals("implement") ? "did" : "1");
    if (label.equals("implement")) {
      Path tree = Path.of(killed.get("worktree_path").stringValue());
      assertThat(project.command("gc").run().exitCode()).isZero();
      assertThat(tree.resolve("new.txt")).hasContent("1\n");
    }

    Owf.Finished resumed = project.command("resume", "latest", "--json").run();
    assertThat(resumed.json().get("output").stringValue()).as(resumed.toString()).isEqualTo("1");
    assertThat(paid).as("paid for once").hasContent("asked\n");
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
