package dev.agentworkflows.it.agents;

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
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * The real claude implements, reviews and fixes in one worktree, three rounds of it, and the
 * coordinator is killed at any point: nothing that claude had written is lost.
 */
class KilledAgentReviewIT {

  @RegisterExtension
  static final AgentPrograms PROGRAMS =
      AgentPrograms.answering(
          """
          {"fixtures": [
            {"match": {"hasToolResult": true}, "response": {"content": "done"}},
            {"match": {"userMessage": "implement"}, "response": {"toolCalls": [
              {"name": "Write", "arguments": {"file_path": "part-0.txt", "content": "part 0\\n"}}]}},
            {"match": {"userMessage": "review"}, "response": {"toolCalls": [
              {"name": "Read", "arguments": {"file_path": "part-0.txt"}}]}},
            {"match": {"userMessage": "fix 1"}, "response": {"toolCalls": [
              {"name": "Write", "arguments": {"file_path": "part-1.txt", "content": "part 1\\n"}}]}},
            {"match": {"userMessage": "fix 2"}, "response": {"toolCalls": [
              {"name": "Write", "arguments": {"file_path": "part-2.txt", "content": "part 2\\n"}}]}},
            {"match": {"userMessage": "fix 3"}, "response": {"toolCalls": [
              {"name": "Write", "arguments": {"file_path": "part-3.txt", "content": "part 3\\n"}}]}}
          ]}
          """);

  @RegisterExtension static final Owf OWF = new Owf();

  private static final int KILLS = Generated.count(20);

  private static final String SCRIPT =
      """
      from workflows import agent


      async def main(args):
          work = await agent("implement it", label="implement", isolation="worktree")
          for n in range(1, 4):
              (await agent("review it", label=f"review {n}", worktree=work)).require_ok()
              work = await agent(f"fix {n}", label=f"fix {n}", isolation="worktree", worktree=work)
          work.require_ok()
          return {"changed": work.changed_files, "tree": work.worktree_path}
      """;

  private Path top;

  @BeforeEach
  void begin() throws IOException {
    top = Files.createDirectories(OWF.directory().resolve("project"));
    sh(
        "git init -q -b main; git config user.name a; git config user.email a@b;"
            + " echo hello > README; git add -A; git commit -qm first");
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void nothingThatClaudeWroteIsLost() throws IOException {
    long seed = Generated.seed();
    Random random = new Random(seed);
    Path script = OWF.script("rounds.py", SCRIPT);
    String before = state();
    Map<Path, String> written = new TreeMap<>();
    int killed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      boolean begun = OWF.run("status", "latest").exitCode() == 0;
      OwfProcess run =
          (begun
                  ? command("resume", "latest")
                  : command("run", script.toString())
                      .and("--provider", "claude", "--workspace", top.toString()))
              .start();
      long pause = random.nextInt(10_000);
      await().atMost(Duration.ofSeconds(60)).pollDelay(Duration.ofMillis(pause)).until(() -> true);
      run.destroyForcibly();
      killed += run.finish().exitCode() == 0 ? 0 : 1;
      await().atMost(Duration.ofSeconds(30)).until(() -> agents().isEmpty());
      assertThat(parts()).as("seed %d", seed).containsAllEntriesOf(written);
      written.putAll(parts());
    }

    Owf.Finished last = command("resume", "latest", "--json").run();
    assertThat(last.exitCode()).as("seed %d: %s", seed, last).isZero();
    JsonNode output = last.json().get("output");
    assertThat(Json.plain(output.get("changed")))
        .isEqualTo(List.of("part-0.txt", "part-1.txt", "part-2.txt", "part-3.txt"));
    Owf.Finished gc = command("gc", "--json").run();
    assertThat(gc.exitCode()).as(gc.toString()).isZero();
    assertThat(parts()).as("seed %d", seed).containsAllEntriesOf(written);
    assertThat(state()).as("seed %d", seed).isEqualTo(before);
    assertThat(written).as("seed %d", seed).isNotEmpty();
    System.out.printf(
        "KilledAgentReviewIT: starts: %d, killed: %d, files that claude wrote: %d, lost: 0, seed:"
            + " %d%n",
        KILLS + 1, killed, written.size(), seed);
  }

  private Owf.Invocation command(String... arguments) {
    Owf.Invocation command = OWF.command(arguments).in(top);
    PROGRAMS.environment().forEach(command::with);
    PROGRAMS.keys().forEach(command::with);
    return command;
  }

  private String sh(String script) {
    Owf.Finished finished = OWF.program(List.of("sh", "-ec", script)).in(top).run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished.stdout().strip();
  }

  private String state() {
    return sh(
        "git rev-parse HEAD; git symbolic-ref HEAD; git stash list; git status --porcelain;"
            + " sha256sum .git/index .git/HEAD .git/config README; ls -A");
  }

  /** Processes that still work in a worktree. */
  private String agents() {
    return sh(
        "find /proc -maxdepth 2 -name cwd -lname '"
            + OWF.home()
            + "/*_call_*' 2>/dev/null || true");
  }

  /** What stands of claude's work, in the worktrees of all runs. */
  private static Map<Path, String> parts() throws IOException {
    Map<Path, String> parts = new TreeMap<>();
    if (Files.notExists(OWF.home())) {
      return parts;
    }
    try (Stream<Path> all = Files.walk(OWF.home())) {
      for (Path file :
          all.filter(path -> path.getFileName().toString().matches("part-\\d\\.txt")).toList()) {
        parts.put(file, Files.readString(file));
      }
    }
    return parts;
  }
}
