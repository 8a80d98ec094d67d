package dev.agentworkflows.it.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.it.isolation.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Scripts here, their coordinator behind TLS: what a person types, and what the network may do. */
@Timeout(240)
class RemoteIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String EDIT = Workflows.edit("echo more >> a.txt");

  /** So many bytes, both ways together, carry more than a handshake and the opening of a run. */
  private static final int OPENED = 8_000;

  private static Project project;
  private static Served served;

  @BeforeAll
  static void serve() {
    project = Project.repository(owf, "app");
    served = Served.start(owf, project, "--self-signed");
  }

  @AfterAll
  static void stop() {
    served.process().terminate();
    served.process().finish();
  }

  private static Finished run(String text, String... options) {
    return served.command(served.address(), "run", script(text)).and(options).run();
  }

  private static String script(String text) {
    return owf.script("script_" + System.nanoTime() + ".py", text).toString();
  }

  @Test
  void threeHundredChildrenStartAtOnceWhereFewFilesMayBeOpen() {
    owf.script(
        "child_of_many.py",
        """
        from workflows import agent
        async def main(args):
            return (await agent(f"question {args['number']}")).text
        """);
    String parent =
        script(
            """
            from workflows import parallel, workflow
            async def main(args):
                ended = await parallel(
                    [lambda n=n: workflow("child_of_many.py", {"number": n}) for n in range(300)]
                )
                done = [one for one in ended if isinstance(one, dict) and one["status"] == "done"]
                return {"done": len(done), "others": [repr(one) for one in ended if one not in done]}
            """);

    Finished finished =
        served
            .joined(served.shim("run", parent, "--json"))
            .after(List.of("/bin/sh", "-c", "ulimit -S -n 100; exec \"$@\"", "sh"))
            .run();

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.json().get("output").toString())
        .as(finished.stderr())
        .isEqualTo("{\"done\":300,\"others\":[]}");
  }

  @Test
  void moreChildrenThanTheCoordinatorCarriesAtOnceAllRun() {
    owf.script("child_of_a_few.py", "async def main(args): return args['number']");
    String parent =
        script(
            """
            from workflows import parallel, workflow
            async def main(args):
                ended = await parallel(
                    [lambda n=n: workflow("child_of_a_few.py", {"number": n}) for n in range(150)]
                )
                return [one["output"] for one in ended] == list(range(150))
            """);
    // It carries 32 runs of one script at once.
    Served small = Served.withHeap(owf, Project.plain(owf, "small"), "256");
    try {
      Finished finished = small.joined(small.shim("run", parent, "--json")).run();

      assertThat(finished.exitCode()).as(finished.toString()).isZero();
      assertThat(finished.json().get("output").booleanValue()).isTrue();
    } finally {
      small.process().terminate();
      small.process().finish();
    }
  }

  @Test
  void anIsolatedCallWorksInAnAllowedWorkspaceWithADiff() {
    String before = project.state();

    Finished finished = run(EDIT, "--workspace", "app", "--json");

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    JsonNode output = finished.json().get("output");
    assertThat(output.get("status").stringValue()).as(output.toString()).isEqualTo("done");
    assertThat(output.get("files").toString()).isEqualTo("[\"a.txt\"]");
    assertThat(output.get("path").isNull()).as("paths of another machine mean nothing").isTrue();
    assertThat(project.state()).isEqualTo(before);
    String call = served.json("calls", "latest").get(0).get("id").stringValue();
    assertThat(served.command(served.address(), "diff", call).run().stdout()).contains("+more");
  }

  @Test
  void aWorkspaceThatNobodyAllowedFailsClosed() {
    for (String name : List.of("other", "..", "../app", "/", project.top.toString())) {
      JsonNode output = run(EDIT, "--workspace=" + name, "--json").json().get("output");
      assertThat(output.get("status").stringValue()).isEqualTo("worktree_failed");
      assertThat(output.get("error").stringValue())
          .startsWith("worktree isolation failed:")
          .contains("app");
    }
    JsonNode plain =
        run(
                """
                from workflows import agent
                async def main(args):
                    r = await agent("read", provider="shell")
                    return [r.status, r.error]
                """,
                "--workspace=other",
                "--json")
            .json()
            .get("output");
    assertThat(plain.get(0).stringValue()).isEqualTo("failed");
    assertThat(plain.get(1).stringValue()).contains("may not use the workspace");
  }

  @Test
  @Tag("smoke")
  void theClosingLinesAndExitCodesAreThoseOfALocalRun() {
    Finished done = run("async def main(args): return 7\n");
    assertThat(done.exitCode()).isZero();
    assertThat(done.stdout()).contains("run_id: run_", "status: done", "output: 7");
    Finished failed = run("async def main(args): raise ValueError('so it is')\n");
    assertThat(failed.exitCode()).isEqualTo(1);
    assertThat(failed.stderr()).contains("owf: failed: ValueError: so it is", "Go on with:");
    Finished refused = run("async def main(args): return 7\n", "--provider", "nobody");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.stderr()).contains("unknown provider 'nobody'");
    Finished over =
        run(
            """
            from workflows import agent
            async def main(args):
                for i in range(9):
                    await agent(f"p{i}", metadata={"fake": {"input_tokens": 50, "output_tokens": 50}})
            """,
            "--budget-tokens",
            "120");
    assertThat(over.exitCode()).isEqualTo(3);
  }

  @Test
  @Tag("smoke")
  void aResumePaysForNothingThatIsThere() {
    String text =
        "from workflows import agent\nasync def main(args):\n    return (await agent('once')).cache_status\n";
    Path script = owf.script("resumed.py", text);
    Finished first = served.command(served.address(), "run", script.toString(), "--json").run();
    String run = first.json().get("run_id").stringValue();
    Finished second = served.command(served.address(), "resume", run, "--json").run();
    assertThat(second.json().get("output").stringValue()).as(second.toString()).isEqualTo("hit");
    JsonNode status = served.json("status", second.json().get("run_id").stringValue()).get("run");
    assertThat(status.get("resumed_from_run_id").stringValue()).isEqualTo(run);
    assertThat(status.get("attempt_number").intValue()).isEqualTo(2);
  }

  @Test
  @Tag("smoke")
  void theShimAloneIsEnough() {
    Finished finished =
        served
            .joined(served.shim("run", script("async def main(args): return args\n")))
            .and("--arg", "a=b", "--json")
            .run();
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.json().get("output").toString()).isEqualTo("{\"a\":\"b\"}");
  }

  /** What an agent leaves in its run's directory leads nowhere: see docs/isolation.md. */
  @Test
  void whatTheCoordinatorWarnsOfIsToldHere() throws IOException {
    Path outside = Files.createDirectories(owf.directory().resolve("outside"));
    String link = "mkdir -p ../../calls; ln -s '" + outside + "' ../../calls/$CALL_ID";

    Finished finished = run(Workflows.edit(link), "--workspace", "app");

    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stderr())
        .contains("warning: the transcript could not be written: ", "is no directory but a link");
    assertThat(outside).as("beyond the link").isEmptyDirectory();
  }

  @Tag("slow")
  @Test
  void aLineTellsNowAndThenHowTheRunStands() {
    Finished finished = run(Workflows.LONG, "--arg", "calls=60", "--cache-policy", "disabled");
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    assertThat(finished.stderr())
        .containsPattern("(?m)^\\d+ done, \\d running, 0 cached, 0 failed,");
  }

  @Test
  void aClientKeyThatOthersCanReadIsRefused() throws IOException {
    Path key = owf.directory().resolve("open.key");
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    for (List<String> options :
        List.of(
            List.of("--client-cert", key.toString()),
            List.of("--client-cert", "any.crt", "--client-key", key.toString()))) {
      Finished finished =
          served.command(served.address(), "runs").and(options.toArray(String[]::new)).run();
      assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
      assertThat(finished.stderr())
          .contains("the client key " + key + " can be read by others", "chmod 600");
    }
    Finished alone =
        served.command(served.address(), "runs").and("--client-key", key.toString()).run();
    assertThat(alone.stderr()).contains("--client-key is given without --client-cert");
  }

  @Test
  void aReportIsWrittenHereAndOnlyWhenThereIsOne() {
    assertThat(run("async def main(args): return 7\n").exitCode()).isZero();
    Path report = owf.directory().resolve("told.md");
    Finished unknown =
        served
            .command(served.address(), "report", "run_of_nobody", "--out", report.toString())
            .run();
    assertThat(unknown.exitCode()).as(unknown.toString()).isEqualTo(2);
    assertThat(report).doesNotExist();
    Finished told =
        served.command(served.address(), "report", "latest", "--out", report.toString()).run();
    assertThat(told.exitCode()).as(told.toString()).isZero();
    assertThat(told.stdout()).isEqualTo(report + "\n");
    assertThat(report).content().contains("done");
  }

  @Test
  void aRunCanBeCancelledFromElsewhere() {
    Set<String> before = runs();
    OwfProcess running = start(served.address(), 4_000);
    await().atMost(Duration.ofSeconds(60)).until(() -> !beyond(before).isEmpty());
    JsonNode cancelled = served.json("cancel", beyond(before).iterator().next());
    assertThat(cancelled.get("status").stringValue()).isEqualTo("cancelled");
    assertThat(running.finish().exitCode()).isEqualTo(130);
  }

  private static OwfProcess start(String address, int calls) {
    return served
        .command(address, "run", script(Workflows.LONG), "--arg", "calls=" + calls, "--json")
        .and("--cache-policy", "disabled")
        .start();
  }

  private static Set<String> beyond(Set<String> before) {
    Set<String> now = runs();
    now.removeAll(before);
    return now;
  }

  private static Set<String> runs() {
    return served
        .json("runs")
        .valueStream()
        .map(run -> run.get("id").stringValue())
        .collect(Collectors.toSet());
  }

  // ------------------------------------------------------------ the network

  @Test
  void brokenConnectionsLoseAndRepeatNothing() throws Exception {
    try (Wire wire = Wire.to(served.port())) {
      OwfProcess running = startOver(wire, 100);
      for (int i = 1; i <= 5; i++) {
        int connections = i;
        await().atMost(Duration.ofSeconds(20)).until(() -> wire.connections() >= connections);
        awaitTraffic(wire);
        wire.breakConnections();
      }
      assertWhole(running.finish(), 100);
      assertThat(wire.connections()).isGreaterThanOrEqualTo(6);
    }
  }

  @Tag("slow")
  @Test
  void aNetworkThatIsDownForTenSecondsIsSurvived() throws Exception {
    try (Wire wire = Wire.to(served.port())) {
      OwfProcess running = startOver(wire, 80);
      wire.goDown();
      long down = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> System.nanoTime() - down > Duration.ofSeconds(10).toNanos());
      wire.comeUp();
      assertWhole(running.finish(), 80);
    }
  }

  @Tag("slow")
  @Test
  void aCutForGoodEndsBothSides() throws Exception {
    Finished finished;
    try (Wire wire = Wire.to(served.port())) {
      OwfProcess running = startOver(wire, 4_000);
      wire.close();
      finished = running.finish();
    }
    assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(1);
    assertThat(finished.stderr()).contains("60 s");
    String run = finished.json().get("run_id").stringValue();
    await()
        .atMost(Duration.ofSeconds(90))
        .until(() ->
            served
                .json("status", run)
                .get("run")
                .get("status")
                .stringValue()
                .equals("interrupted"));
  }

  /** A run over this wire that is open and has made a call or two. */
  private static OwfProcess startOver(Wire wire, int calls) {
    OwfProcess running = start(wire.address(), calls);
    await().atMost(Duration.ofSeconds(60)).until(() -> wire.carried() > OPENED);
    return running;
  }

  /** A few calls' worth of bytes: the run goes on. */
  private static void awaitTraffic(Wire wire) {
    long before = wire.carried();
    await().atMost(Duration.ofSeconds(30)).until(() -> wire.carried() > before + 1_000);
  }

  private static void assertWhole(Finished finished, int calls) {
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    String run = finished.json().get("run_id").stringValue();
    assertThat(finished.json().get("output")).hasSize(calls);
    JsonNode recorded = served.json("calls", run);
    assertThat(recorded).hasSize(calls);
    for (int i = 0; i < calls; i++) {
      assertThat(recorded.get(i).get("attempts").intValue()).isEqualTo(1);
    }
    List<String> logs =
        served
            .json("events", run)
            .valueStream()
            .filter(event -> event.get("type").stringValue().equals("log"))
            .map(event -> event.get("message").stringValue())
            .toList();
    assertThat(logs).hasSize(calls);
    for (int i = 0; i < calls; i++) {
      assertThat(logs.get(i)).isEqualTo(i + " done");
    }
  }

  // ------------------------------------------------------------ who gets in

  @Test
  @Tag("smoke")
  void aWrongTokenIsRefusedInAPlainLine() throws IOException {
    Path token = owf.directory().resolve("wrong-token");
    Files.writeString(token, "0123456789abcdef0123456789abcdef\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    for (String command : List.of("run", "status")) {
      Finished finished =
          owf.command(
                  command, command.equals("run") ? script("async def main(args): 1\n") : "latest")
              .and("--coordinator", served.address(), "--ca", served.certificate().toString())
              .and("--token-file", token.toString())
              .run();
      assertThat(finished.exitCode()).isEqualTo(2);
      assertThat(finished.stderr()).contains("token").doesNotContain("0123456789abcdef", "\tat ");
    }
  }

  @Test
  @Tag("smoke")
  void aTokenFileThatOthersCanReadIsRefused() throws IOException {
    Path token = owf.directory().resolve("open-token");
    Files.writeString(token, "0123456789abcdef0123456789abcdef\n");
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
    Finished finished =
        owf.command("status", "latest")
            .and("--coordinator", served.address(), "--ca", served.certificate().toString())
            .and("--token-file", token.toString())
            .run();
    assertThat(finished.exitCode()).isEqualTo(2);
    assertThat(finished.stderr()).contains("can be read by others", "chmod 600");
  }

  @Test
  void plaintextAndAnUnknownIssuerAreRefused() {
    Finished plaintext =
        owf.command("status", "latest")
            .and("--coordinator", served.address(), "--token-file", served.tokenFile().toString())
            .run();
    assertThat(plaintext.exitCode()).isEqualTo(2);
    assertThat(plaintext.stderr()).startsWith("owf: cannot reach the coordinator");
    Finished unknown =
        owf.command("status", "latest")
            .and("--coordinator", served.address(), "--token-file", served.tokenFile().toString())
            .and("--tls")
            .run();
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.stderr()).startsWith("owf: cannot reach the coordinator");
  }

  @Test
  @Tag("smoke")
  void beyondLoopbackItDoesNotStartWithoutTls() {
    Finished finished =
        owf.command("serve", "--listen", "0.0.0.0:0", "--home", owf.home().toString()).run();
    assertThat(finished.exitCode()).isEqualTo(2);
    assertThat(finished.stderr()).contains("TLS is missing", "--tls-cert", "--self-signed");
  }

  @Test
  void commandsThatNameFilesOfThatMachineAreRefused() {
    for (List<String> command :
        List.of(
            List.of("export", "latest"),
            List.of("status", "latest", "--home=/"),
            List.of("gc"),
            List.of("prices", "--refresh", "--url", "http://127.0.0.1:9/"),
            List.of("status", "@/etc/passwd"))) {
      Finished finished = served.command(served.address(), command.toArray(String[]::new)).run();
      assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
      assertThat(finished.stderr()).contains("can't be asked of a remote coordinator");
    }
  }

  // ------------------------------------------------------------ its end

  @Test
  void aStoppedCoordinatorLeavesInterruptedRunsAndNoProcess() {
    Project other = Project.repository(owf, "stopped");
    Served stopped =
        Served.start(owf, other, "--home", owf.directory().resolve("stopped-home").toString());
    OwfProcess running =
        stopped
            .command(stopped.address(), "run", script(Workflows.edit("sleep 300")))
            .and("--workspace", "app")
            .start();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> stopped.json("runs").size() == 1 && stopped.json("calls", "latest").size() == 1);
    stopped.process().terminate();
    assertThat(stopped.process().finish().exitCode()).isEqualTo(143);
    assertThat(running.finish().exitCode()).isEqualTo(1);
    JsonNode run =
        owf.command("status", "latest", "--json")
            .and("--home", owf.directory().resolve("stopped-home").toString())
            .run()
            .json()
            .get("run");
    assertThat(run.get("status").stringValue()).isEqualTo("interrupted");
  }
}
