package dev.agentworkflows.it.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import java.io.IOException;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.testcontainers.containers.Container.ExecResult;
import tools.jackson.databind.JsonNode;

/**
 * What {@link TwoHostsIT} shows, with programs and libraries of images that others made: Java 17
 * without a JDK, and the slim Python.
 */
@Tag("slow")
@Timeout(900)
class ContainersIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static @Nullable TwoContainers started;

  @BeforeAll
  static void start() throws IOException, URISyntaxException {
    started = TwoContainers.started(owf);
  }

  @AfterAll
  static void stop() {
    if (started != null) {
      started.close();
    }
  }

  private static TwoContainers containers() {
    return Objects.requireNonNull(started);
  }

  private static ExecResult end(CompletableFuture<ExecResult> running) throws Exception {
    return running.get(4, TimeUnit.MINUTES);
  }

  @Test
  void anIsolatedCallWorksInAnAllowedWorkspace() throws Exception {
    ExecResult result =
        end(containers().run("edit", Workflows.edit("echo more >> a.txt"), "--workspace", "app"));

    assertThat(result.getExitCode()).as(result.toString()).isZero();
    JsonNode output = Json.read(result.getStdout()).get("output");
    assertThat(output.get("status").stringValue()).as(output.toString()).isEqualTo("done");
    assertThat(output.get("files").toString()).isEqualTo("[\"a.txt\"]");
    assertThat(containers().status()).as("the checkout, as git sees it").isBlank();
  }

  @Test
  void aWorkspaceThatNobodyAllowedFailsClosed() throws Exception {
    ExecResult result =
        end(containers().run("other", Workflows.edit("echo more >> a.txt"), "--workspace", ".."));
    JsonNode output = Json.read(result.getStdout()).get("output");
    assertThat(output.get("status").stringValue()).isEqualTo("worktree_failed");
  }

  @Test
  void tenSecondsWithoutTheNetworkLoseAndRepeatNothing() throws Exception {
    CompletableFuture<ExecResult> running =
        containers().run("long", Workflows.LONG, "--arg", "calls=120");
    awaitCalls(3);

    containers().part();
    long parted = System.nanoTime();
    await()
        .atMost(Duration.ofSeconds(15))
        .until(() -> System.nanoTime() - parted > Duration.ofSeconds(10).toNanos());
    containers().join();

    ExecResult result = end(running);
    assertThat(result.getExitCode()).as(result.toString()).isZero();
    JsonNode document = Json.read(result.getStdout());
    assertThat(document.get("output")).hasSize(120);
    String run = document.get("run_id").stringValue();
    JsonNode calls = containers().json("calls", run);
    assertThat(calls).hasSize(120).allMatch(call -> call.get("attempts").intValue() == 1);
    List<String> logs =
        containers()
            .json("events", run)
            .valueStream()
            .filter(event -> event.get("type").stringValue().equals("log"))
            .map(event -> event.get("message").stringValue())
            .toList();
    assertThat(logs).isEqualTo(IntStream.range(0, 120).mapToObj(i -> i + " done").toList());
  }

  @Test
  void aCutForGoodEndsBothSidesAndLeavesNoProcess() throws Exception {
    CompletableFuture<ExecResult> running =
        containers().run("sleep", Workflows.edit("sleep 300; true"), "--workspace", "app");
    await("the agent's process")
        .atMost(Duration.ofSeconds(60))
        .until(() -> containers().processes().contains("sleep 300"));

    containers().part();
    try {
      ExecResult result = end(running);
      assertThat(result.getExitCode()).as(result.toString()).isEqualTo(1);
      assertThat(result.getStderr()).contains("the coordinator is gone", "owf-shim resume");
      String run = Json.read(result.getStdout()).get("run_id").stringValue();
      await("the end of the run and its processes")
          .atMost(Duration.ofMinutes(3))
          .until(() ->
              status(run).equals("interrupted") && !containers().processes().contains("sleep 300"));
    } finally {
      containers().join();
    }
  }

  private static String status(String run) {
    return containers().json("status", run).get("run").get("status").stringValue();
  }

  private static void awaitCalls(int calls) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> {
          JsonNode runs = containers().json("runs");
          return !runs.isEmpty()
              && runs.get(0).get("status").stringValue().equals("running")
              && containers().json("calls", runs.get(0).get("id").stringValue()).size() >= calls;
        });
  }
}
