package dev.agentworkflows.it.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.testkit.Generated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * The coordinator is killed at any point of isolated calls: what is left is nothing, or something
 * that gc finds; and what an agent had written is still there.
 */
class KilledIsolationIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final int KILLS = Generated.count(15);

  /** Half of the calls write a file and then write down that they did; half touch nothing. */
  private static final String SCRIPT =
      """
      from workflows import agent, parallel
      async def main(args):
          await parallel([
              (lambda i=i: agent("echo $CALL_ID > mine; sync mine; echo $CALL_ID >> '%1$s'; sleep 0.2"
                                 if i %% 2 else "sleep 0.1", isolation="worktree"))
              for i in range(300)])
      """;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void whatIsLeftIsNothingOrFoundByGc() throws IOException {
    long seed = Generated.seed();
    Random random = new Random(seed);
    Project project = Project.repository(owf, "killed");
    Path written = owf.directory().resolve("written");
    Files.createFile(written);
    for (int kill = 0; kill < KILLS; kill++) {
      OwfProcess run = project.workflow(SCRIPT.formatted(written)).start();
      await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(project.marker()));
      long pause = random.nextInt(1500);
      await().pollDelay(Duration.ofMillis(pause)).until(() -> true);
      run.destroyForcibly();
      run.finish();
      // Its agents are shells of the test's own provider, whom nobody ends: wait for them.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !project.sh("ps -eo args").contains("echo $CALL_ID > mine"));
      Files.deleteIfExists(project.marker());
    }

    Owf.Finished gc = project.command("gc", "--json").run();
    assertThat(gc.exitCode()).as("seed %d: %s", seed, gc).isZero();
    List<String> keptCalls = new ArrayList<>();
    for (JsonNode verdict : gc.json().get("worktrees")) {
      if (!verdict.get("removed").booleanValue()) {
        assertThat(verdict.get("reason").stringValue())
            .as("seed %d", seed)
            .startsWith("not applied: ");
        Path worktree = Path.of(verdict.get("worktree_path").stringValue());
        assertThat(worktree.resolve("mine"))
            .hasContent(verdict.get("call_id").stringValue() + "\n");
        keptCalls.add(verdict.get("call_id").stringValue());
      }
    }
    List<String> writtenCalls = Files.readAllLines(written);
    System.out.printf(
        "KilledIsolationIT: kills: %d, worktrees with work: %d, kept: %d, lost: 0, seed: %d%n",
        KILLS, writtenCalls.size(), keptCalls.size(), seed);
    assertThat(keptCalls).as("seed %d", seed).containsAll(writtenCalls);
    // Nothing else is left: as many worktrees and branches as are kept, and the user's own.
    assertThat(project.sh("git worktree list").lines()).hasSize(keptCalls.size() + 1);
    assertThat(project.sh("git branch --list 'owf/*'").lines().filter(line -> !line.isBlank()))
        .hasSize(keptCalls.size());
    assertThat(project.sh("ls .git/worktrees").lines()).hasSize(keptCalls.size());
    assertThat(project.sh("git status --porcelain")).isEmpty();
  }
}
