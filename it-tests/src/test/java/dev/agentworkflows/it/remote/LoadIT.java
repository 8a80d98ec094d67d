package dev.agentworkflows.it.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.it.isolation.Project;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A small coordinator, one run that wants everything at once, and another that wants little. */
@Timeout(240)
class LoadIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String FAN_OUT =
      """
      from workflows import agent, parallel
      async def main(args):
          results = await parallel(
              [lambda i=i: agent(f"{args['name']} {i}", metadata={"fake": {"delay_ms": int(args["ms"])}})
               for i in range(int(args["calls"]))], concurrency=int(args["calls"]))
          return sum(r.ok for r in results)
      """;

  @Test
  void tenThousandCallsFitIntoASmallHeapAndKeepNobodyWaiting() {
    Served served = Served.withHeap(owf, Project.plain(owf, "app"), "256");
    try {
      String script = owf.script("fan_out.py", FAN_OUT).toString();
      OwfProcess wide = run(served, script, "wide", 10_000, 8_000).start();
      long start = System.nanoTime();
      Finished small = run(served, script, "small", 20, 10).run();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(small.exitCode()).as(small.toString()).isZero();
      assertThat(small.json().get("output").intValue()).isEqualTo(20);
      assertThat(took).isLessThan(Duration.ofSeconds(30));

      Finished finished = wide.finish();
      assertThat(finished.exitCode()).as(finished.toString()).isZero();
      assertThat(finished.json().get("output").intValue()).isEqualTo(10_000);
    } finally {
      served.process().terminate();
      assertThat(served.process().finish().stderr()).doesNotContain("OutOfMemory");
    }
  }

  private static Owf.Invocation run(Served served, String script, String name, int calls, int ms) {
    return served
        .command(served.address(), "run", script, "--json", "--cache-policy", "disabled")
        .and("--arg", "name=" + name, "--arg", "calls=" + calls, "--arg", "ms=" + ms);
  }
}
