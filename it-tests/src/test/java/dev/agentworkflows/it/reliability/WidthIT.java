package dev.agentworkflows.it.reliability;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class WidthIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final int RUNS = 4;
  private static final int CALLS = 1000;

  /** In waves, so that there is something to read while the runs go on. */
  private static final String SCRIPT =
      Seen.ASK
          + """
          async def main(args):
              total = 0
              for wave in range(50):
                  results = await parallel([
                      asking(f"{args['name']} wave {wave} call {i}", 100 + i * 20) for i in range(20)
                  ])
                  total += sum(r.ok and r.text == f"{args['name']} wave {wave} call {i}"
                               for i, r in enumerate(results))
              return total
          """;

  @Test
  @Timeout(300)
  void fourRunsOnOneHomeLoseNoCallAndShowReadersNothingHalfDone() {
    Path script = owf.script("wide.py", SCRIPT);
    // The database is there before readers come: they are not to make one.
    assertThat(owf.runScript("def main(args):\n    return 0\n").exitCode()).isZero();
    List<CompletableFuture<Finished>> endings = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      OwfProcess process =
          owf.command("run", script.toString(), "--json", "--arg", "name=run" + run)
              .with(Seen.VARIABLE, owf.directory().resolve("wide-seen-" + run).toString())
              .start();
      endings.add(CompletableFuture.supplyAsync(process::finish));
    }

    Readings readings = new Readings();
    while (!endings.stream().allMatch(CompletableFuture::isDone)) {
      readings.readAll();
    }
    readings.readAll();

    for (CompletableFuture<Finished> future : endings) {
      Finished ending = future.join();
      assertThat(ending.exitCode()).as(ending.toString()).isZero();
      assertThat(ending.stderr()).as(ending.toString()).doesNotContainIgnoringCase("lock");
      assertThat(ending.json().required("output").intValue()).isEqualTo(CALLS);
      JsonNode calls = owf.calls(ending.json().required("run_id").stringValue());
      assertThat(column(calls, "call_index"))
          .isEqualTo(IntStream.rangeClosed(1, CALLS).boxed().toList());
      assertThat(column(calls, "status")).containsOnly("done");
    }
    assertThat(readings.whileRunning).as("readings of runs that were running").isPositive();
    StoredCall.assertSound(owf.home());
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("runs at once", RUNS);
    counts.put("calls", RUNS * CALLS);
    counts.put("readings", readings.number);
    counts.put("of running runs", readings.whileRunning);
    counts.put("losses", 0);
    Counts.tell("WidthIT", counts);
  }

  /** What another process reads meanwhile: every reading must fit to the ones before. */
  private static final class Readings {

    private final Map<String, Integer> doneCalls = new HashMap<>();
    private final Set<String> doneRuns = new HashSet<>();
    private final Set<String> known = new HashSet<>();
    private int number;
    private int whileRunning;

    void readAll() {
      JsonNode runs = read("runs");
      Set<String> listed = new HashSet<>();
      for (JsonNode run : runs) {
        listed.add(run.required("id").stringValue());
      }
      assertThat(listed).as("runs").containsAll(known);
      known.addAll(listed);
      for (JsonNode run : runs) {
        String id = run.required("id").stringValue();
        String runStatus = run.required("status").stringValue();
        if (doneRuns.contains(id)) {
          assertThat(runStatus).as("%s, which was done before", id).isEqualTo("done");
        }
        boolean ours = run.required("script_path").stringValue().endsWith("wide.py");
        if (!ours || doneRuns.contains(id)) {
          continue;
        }
        if (number % 3 == 0) {
          readCalls(id, read("calls", id));
        } else {
          JsonNode status = read("status", id);
          readRun(id, status.required("run"), status.required("calls"));
        }
      }
    }

    private JsonNode read(String... arguments) {
      Finished finished = owf.command(arguments).and("--json").run();
      assertThat(finished.exitCode()).as(finished.toString()).isZero();
      assertThat(finished.stderr()).as(finished.toString()).isEmpty();
      number++;
      return Json.read(finished.stdout());
    }

    private void readRun(String id, JsonNode run, JsonNode calls) {
      String status = run.required("status").stringValue();
      assertThat(status).as(id).isIn("running", "done");
      readCalls(id, calls);
      if (status.equals("done")) {
        doneRuns.add(id);
        assertThat(run.required("completed_at").isNull()).as("%s has no end", id).isFalse();
        assertThat(column(calls, "status")).as(id).hasSize(CALLS).containsOnly("done");
      } else {
        whileRunning++;
        assertThat(run.required("completed_at").isNull()).as("%s has an end", id).isTrue();
      }
    }

    private void readCalls(String id, JsonNode calls) {
      int done = 0;
      for (JsonNode call : calls) {
        boolean ended = call.required("status").stringValue().equals("done");
        done += ended ? 1 : 0;
        assertThat(call.required("completed_at").isNull()).as("%s", call).isEqualTo(!ended);
        assertThat(call.required("output_tokens").isNull()).as("%s", call).isEqualTo(!ended);
      }
      assertThat(done)
          .as("done calls of %s", id)
          .isGreaterThanOrEqualTo(doneCalls.getOrDefault(id, 0));
      doneCalls.put(id, done);
    }
  }
}
