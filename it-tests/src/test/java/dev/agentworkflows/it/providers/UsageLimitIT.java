package dev.agentworkflows.it.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** A login of claude whose window is used up, told by a program in its place. */
class UsageLimitIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String FAN_OUT =
      """
      from workflows import agent, parallel
      async def main(args):
          results = await parallel(
              [lambda i=i: agent(f"question {i}", timeout_seconds=60) for i in range(30)])
          return sorted({r.status + ": " + (r.error or "") for r in results})
      """;

  /** Ten answers, then none until the reset; each start is a line of its log. */
  private static final String CLAUDE =
      """
      #!%s
      import fcntl, json, os, sys, time
      here = os.path.dirname(os.path.abspath(__file__))
      prompt = sys.stdin.read().strip()
      with open(os.path.join(here, "log"), "a+") as log:
          fcntl.flock(log, fcntl.LOCK_EX)
          log.seek(0)
          answered = log.read().count("answered")
          reset = float(open(os.path.join(here, "reset")).read())
          limited = time.time() < reset and answered >= 10
          log.write(("refused " if limited else "answered ") + prompt + "\\n")
      def tell(event):
          print(json.dumps(event), flush=True)
      if limited:
          tell({"type": "rate_limit_event", "rate_limit_info": {
              "status": "rejected", "rateLimitType": "five_hour", "resetsAt": int(reset)}})
          tell({"type": "result", "subtype": "success", "is_error": True, "api_error_status": 429,
                "result": "You've hit your session limit", "usage": {}})
      else:
          tell({"type": "assistant", "message": {"id": "m", "model": "claude-x", "content": []},
                "parent_tool_use_id": None})
          tell({"type": "result", "subtype": "success", "is_error": False, "num_turns": 1,
                "result": "the answer to " + prompt, "total_cost_usd": 0.01,
                "usage": {"input_tokens": 1, "output_tokens": 1}})
      """;

  private static Path claude(String name, Duration untilReset) throws Exception {
    Path directory = owf.directory().resolve(name);
    Path program = Owf.write(directory.resolve("claude"), CLAUDE.formatted("/usr/bin/env python3"));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Owf.write(
        directory.resolve("reset"), Long.toString(Instant.now().plus(untilReset).getEpochSecond()));
    return program;
  }

  private static Owf.Invocation with(Path claude, Path home, String... arguments) {
    return owf.command(arguments)
        .with("OWF_PROVIDER_CLAUDE_PROGRAM", claude.toString())
        .with("OWF_PROVIDER_CLAUDE_CONCURRENCY", "2")
        .with("OWF_HOME", home.toString());
  }

  private static List<String> log(Path claude) throws Exception {
    return Files.readAllLines(claude.resolveSibling("log"));
  }

  @Test
  @Timeout(240)
  void aRunThatIsKilledWhileItWaitsIsDoneAfterTheReset() throws Exception {
    Path claude = claude("waits", Duration.ofSeconds(40));
    Path home = owf.directory().resolve("home-waits");
    String script = owf.script("fan_out.py", FAN_OUT).toString();
    OwfProcess run = with(claude, home, "run", script, "--provider", "claude").start();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.exists(home.resolve("usage-limits.json")));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> with(claude, home, "status", "latest").run().stdout().contains("waiting until "));
    String events = with(claude, home, "events", "latest").run().stdout();
    assertThat(events).contains("usage_limit", "claude has reached its usage limit");
    int refused = refusals(claude);
    run.kill();

    Finished resumed = with(claude, home, "resume", "latest", "--json").run();

    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    assertThat(resumed.json().get("output").toString()).isEqualTo("[\"done: \"]");
    List<String> answered =
        log(claude).stream().filter(line -> line.startsWith("answered")).toList();
    assertThat(answered).hasSize(30).doesNotHaveDuplicates();
    assertThat(refused).isLessThanOrEqualTo(2);
    assertThat(refusals(claude)).as("asked again before the reset").isEqualTo(refused);
  }

  private static int refusals(Path claude) throws Exception {
    return (int) log(claude).stream().filter(line -> line.startsWith("refused")).count();
  }

  @Test
  @Timeout(120)
  void aRunThatDoesNotWaitFailsAtOnceWithTheTime() throws Exception {
    Path claude = claude("hasty", Duration.ofHours(5));
    Path home = owf.directory().resolve("home-hasty");
    String script = owf.script("hasty.py", FAN_OUT).toString();
    Finished finished =
        with(
                claude,
                home,
                "run",
                script,
                "--provider",
                "claude",
                "--wait-for-limits",
                "0",
                "--json")
            .run();
    JsonNode output = finished.json().get("output");
    assertThat(output.toString())
        .contains("done: ", "claude has reached its usage limit and takes calls again at");
    assertThat(refusals(claude)).isLessThanOrEqualTo(2);

    Finished resumed = with(claude, home, "resume", "latest", "--json").run();
    assertThat(resumed.json().get("output").toString())
        .as("a resume waits no longer than its run")
        .contains("claude has reached its usage limit and takes calls again at");
  }

  @Test
  void aDurationThatIsNoneIsRefused() {
    Finished finished =
        owf.runScript("async def main(args):\n    return 1\n", "--wait-for-limits", "soon");
    assertThat(finished.exitCode()).isEqualTo(2);
    assertThat(finished.stderr()).contains("--wait-for-limits is 'soon'", "6h");
  }
}
