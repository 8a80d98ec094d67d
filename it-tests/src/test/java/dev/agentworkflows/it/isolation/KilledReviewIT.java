package dev.agentworkflows.it.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.testkit.Generated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * Implement, review, fix in one worktree, three rounds of it: the coordinator is killed at any
 * point, the run is resumed and killed again. Nothing that an agent had written is lost, and the
 * user's checkout stays as it was.
 */
class KilledReviewIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final int KILLS = Generated.count(20);

  /** An agent writes its part, and then writes down elsewhere that it did. */
  private static final String SCRIPT =
      """
      from workflows import agent

      WRITE = ("echo {n} >> log.txt; echo {n} > part-{n}.txt; sync log.txt part-{n}.txt;"
               " echo \\"$PWD {n}\\" >> '%1$s'; sleep 0.1")


      async def main(args):
          work = await agent(WRITE.format(n=0), label="implement", isolation="worktree")
          seen = []
          for n in range(1, 4):
              review = await agent("sleep 0.05; cat log.txt", label=f"review {n}", worktree=work)
              seen.append(review.text_or_raise().split())
              work = await agent(WRITE.format(n=n), label=f"fix {n}", isolation="worktree", worktree=work)
          work.require_ok()
          return {"seen": seen, "changed": work.changed_files, "tree": work.worktree_path}
      """;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void noWorkIsLostAndTheRunGoesOn() throws IOException {
    long seed = Generated.seed();
    Random random = new Random(seed);
    Project project = Project.repository(owf, "reviewed");
    Path written = Files.createFile(owf.directory().resolve("written"));
    String before = project.state();
    int killed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Files.deleteIfExists(project.marker());
      OwfProcess run =
          kill == 0
              ? project.workflow(SCRIPT.formatted(written)).start()
              : project.command("resume", "latest", "--json").start();
      // Some at once, most while calls are out, a few behind the last of them.
      if (kill == 0 || random.nextInt(5) > 0) {
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(project.marker()));
      }
      long pause = random.nextInt(2500);
      await().pollDelay(Duration.ofMillis(pause)).until(() -> true);
      run.destroyForcibly();
      killed += run.finish().exitCode() == 0 ? 0 : 1;
      // Its agents are shells of the test's own provider, whom nobody ends: wait for them.
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> !project.sh("ps -eo args").contains("part-"));
      if (kill % 5 == 0) {
        sweep(project, seed);
      }
      assertNothingIsLost(written, seed);
    }

    Owf.Finished last = project.command("resume", "latest", "--json").run();
    assertThat(last.exitCode()).as("seed %d: %s", seed, last).isZero();
    JsonNode output = last.json().get("output");
    assertThat(Json.plain(output.get("seen")))
        .isEqualTo(List.of(List.of("0"), List.of("0", "1"), List.of("0", "1", "2")));
    assertThat(Json.plain(output.get("changed")))
        .isEqualTo(List.of("log.txt", "part-0.txt", "part-1.txt", "part-2.txt", "part-3.txt"));
    assertThat(Path.of(output.get("tree").stringValue()).resolve("log.txt"))
        .hasContent("0\n1\n2\n3\n");

    Owf.Finished again = project.command("resume", "latest", "--json").run();
    assertThat(again.exitCode()).as("seed %d: %s", seed, again).isZero();
    for (JsonNode call : project.command("calls", "latest", "--json").run().json()) {
      assertThat(call.get("cache_status").stringValue())
          .as(call.toString())
          .isEqualTo(call.get("mutating").booleanValue() ? "bypassed" : "hit");
    }
    sweep(project, seed);
    assertNothingIsLost(written, seed);
    assertThat(project.state()).as("seed %d", seed).isEqualTo(before);
    System.out.printf(
        "KilledReviewIT: starts: %d, killed: %d, writes of agents: %d, lost: 0, seed: %d%n",
        KILLS + 2, killed, Files.readAllLines(written).size(), seed);
  }

  private static void sweep(Project project, long seed) {
    Owf.Finished gc = project.command("gc", "--json").run();
    assertThat(gc.exitCode()).as("seed %d: %s", seed, gc).isZero();
  }

  private static void assertNothingIsLost(Path written, long seed) throws IOException {
    for (String line : Files.readAllLines(written)) {
      int space = line.lastIndexOf(' ');
      Path tree = Path.of(line.substring(0, space));
      String part = line.substring(space + 1);
      assertThat(tree.resolve("part-" + part + ".txt")).as("seed %d", seed).hasContent(part + "\n");
      assertThat(Files.readAllLines(tree.resolve("log.txt"))).as("seed %d", seed).contains(part);
    }
  }
}
