package dev.agentworkflows.it.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.it.isolation.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** A coordinator on one host, scripts on another with Python alone, and a cable between them. */
@Timeout(240)
class TwoHostsIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static @Nullable TwoHosts hosts;
  private static Project project;
  private static Served served;

  @BeforeAll
  static void serve() {
    hosts = TwoHosts.joined();
    project = Project.repository(owf, "app");
    served =
        Served.on(
            new Served.Host(TwoHosts.SERVER, TwoHosts.SERVER, hosts.onServer()),
            owf,
            project,
            "--self-signed");
  }

  @AfterAll
  static void stop() {
    if (hosts != null) {
      hosts.close();
    }
  }

  @AfterEach
  void plugItInAgain() {
    hosts().plugItIn();
  }

  private static TwoHosts hosts() {
    return Objects.requireNonNull(hosts);
  }

  /** The shim on its own host. */
  private static OwfProcess start(String text, String... options) {
    String script = owf.script("script_" + System.nanoTime() + ".py", text).toString();
    return served
        .joined(served.shim("run", script))
        .and("--json", "--cache-policy", "disabled")
        .and(options)
        .after(hosts().onLaptop())
        .start();
  }

  @Test
  void anIsolatedCallWorksAndItsDiffIsReadFromTheOtherHost() {
    String before = project.state();

    Finished finished = start(Workflows.edit("echo more >> a.txt"), "--workspace", "app").finish();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    JsonNode output = finished.json().get("output");
    assertThat(output.get("status").stringValue()).as(output.toString()).isEqualTo("done");
    assertThat(output.get("files").toString()).isEqualTo("[\"a.txt\"]");
    assertThat(project.state()).isEqualTo(before);
    String call = call(finished, 0).get("id").stringValue();
    Finished diff = served.command(served.address(), "diff", call).after(hosts().onLaptop()).run();
    assertThat(diff.stdout()).as(diff.toString()).contains("+more");
  }

  @Test
  void thisMachineHasNoWayToThatCoordinator() {
    Finished finished = served.command(served.address(), "runs").run();
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
    assertThat(finished.stderr()).contains("cannot reach the coordinator");
  }

  @Tag("slow")
  @Test
  void tenSecondsWithoutTheCableLoseAndRepeatNothing() {
    OwfProcess running = start(Workflows.LONG, "--arg", "calls=100");
    awaitCalls(3);

    hosts().pullTheCable();
    long pulled = System.nanoTime();
    int calls = served.json("calls", "latest").size();
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> System.nanoTime() - pulled > Duration.ofSeconds(10).toNanos());
    assertThat(served.json("calls", "latest").size())
        .as("calls after ten seconds without the cable")
        .isLessThanOrEqualTo(calls + 1);
    hosts().plugItIn();

    Finished finished = running.finish();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.json().get("output")).hasSize(100);
    String run = finished.json().get("run_id").stringValue();
    JsonNode recorded = served.json("calls", run);
    assertThat(recorded).hasSize(100);
    assertThat(recorded).allMatch(call -> call.get("attempts").intValue() == 1);
    assertThat(logs(run)).isEqualTo(IntStream.range(0, 100).mapToObj(i -> i + " done").toList());
  }

  /**
   * Of one run a call is out when it happens: an agent's process works for a script that is gone.
   * To the other an answer is always on its way.
   */
  @Tag("slow")
  @Test
  void aCutForGoodEndsBothSidesAndLeavesNoProcess() {
    OwfProcess talking = start(Workflows.LONG, "--arg", "calls=4000");
    awaitCalls(3);
    Path working = owf.directory().resolve("an-agent-works");
    OwfProcess waiting =
        start(Workflows.edit("touch '" + working + "'; sleep 300; true"), "--workspace", "app");
    await("the agent's process").atMost(Duration.ofSeconds(60)).until(() -> Files.exists(working));
    assertThat(hosts().serverProcesses()).hasSizeGreaterThan(1);

    hosts().pullTheCable();

    Finished waited = assertLost(waiting.finish());
    Finished talked = assertLost(talking.finish());
    assertThat(hosts().laptopProcesses()).isEmpty();
    await("the end of the runs and their processes")
        .atMost(Duration.ofSeconds(90))
        .until(() ->
            statusOf(waited).equals("interrupted")
                && statusOf(talked).equals("interrupted")
                && hosts().serverProcesses().size() == 1);
    assertThat(call(waited, 0).get("status").stringValue()).isEqualTo("cancelled");
    hosts().plugItIn();
    Finished next = start("async def main(args): return 7\n").finish();
    assertThat(next.exitCode()).as(next.toString()).isZero();
  }

  private static Finished assertLost(Finished finished) {
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(1);
    assertThat(finished.json().get("status").stringValue()).isEqualTo("interrupted");
    assertThat(finished.stderr()).contains("the coordinator is gone", "60 s", "owf-shim resume");
    return finished;
  }

  private static void awaitCalls(int calls) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> hosts().laptopProcesses().size() == 1 && openCalls() >= calls);
  }

  /** Of the newest run, if it is still on its way. */
  private static int openCalls() {
    JsonNode runs = served.json("runs");
    if (runs.isEmpty() || !runs.get(0).get("status").stringValue().equals("running")) {
      return 0;
    }
    return served.json("calls", runs.get(0).get("id").stringValue()).size();
  }

  private static String statusOf(Finished finished) {
    String run = finished.json().get("run_id").stringValue();
    return served.json("status", run).get("run").get("status").stringValue();
  }

  private static JsonNode call(Finished finished, int index) {
    return served.json("calls", finished.json().get("run_id").stringValue()).get(index);
  }

  private static List<String> logs(String run) {
    return served
        .json("events", run)
        .valueStream()
        .filter(event -> event.get("type").stringValue().equals("log"))
        .map(event -> event.get("message").stringValue())
        .toList();
  }
}
