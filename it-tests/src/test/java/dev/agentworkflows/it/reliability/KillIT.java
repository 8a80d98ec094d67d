package dev.agentworkflows.it.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.reliability.KillChain.Start;
import dev.agentworkflows.testkit.Generated;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

class KillIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final int KILLS = Generated.count(60);
  private static final int KILLS_OF_A_CHAIN = 20;
  private static final int AT_ONCE = 2;

  private final AtomicInteger killsLeft = new AtomicInteger(KILLS);
  private final AtomicInteger chains = new AtomicInteger();
  private final AtomicInteger kills = new AtomicInteger();
  private final AtomicLong results = new AtomicLong();
  private final AtomicLong hits = new AtomicLong();

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void noKillLosesAResultThatAScriptHadSeen() throws Exception {
    assumeTrue(RunProcesses.canBeFound(), "processes are found by /proc/PID/environ: Linux only");
    long seed = Generated.seed();
    Path script = LongWorkflow.writeTo(owf);
    ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        work.add(workers.submit(() -> killUntilNoneIsLeft(script, seed)));
      }
      for (Future<?> worker : work) {
        worker.get();
      }
    } catch (Exception e) {
      throw new AssertionError("with -Dseed=" + seed + ": " + e.getMessage(), e);
    } finally {
      workers.shutdownNow();
    }
    assertThat(kills.get()).isGreaterThanOrEqualTo(KILLS);
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("kills", kills);
    counts.put("calls seen", results);
    counts.put("of them hits", hits);
    counts.put("losses", 0);
    counts.put("seed", seed);
    Counts.tell("KillIT", counts);
  }

  private void killUntilNoneIsLeft(Path script, long seed) {
    while (killsLeft.get() > 0 && !Thread.currentThread().isInterrupted()) {
      int number = chains.incrementAndGet();
      Path home = owf.directory().resolve("home-" + number);
      chain(new KillChain(this::product, home, script, new Random(seed + number)));
    }
  }

  private Owf.Invocation product(List<String> arguments) {
    return owf.command(arguments.toArray(String[]::new));
  }

  private void chain(KillChain chain) {
    boolean finished = false;
    for (int i = 0; i < KILLS_OF_A_CHAIN && !finished && killsLeft.getAndDecrement() > 0; i++) {
      Start start = count(chain.startAndKill());
      finished = start.finished();
      if (finished) {
        killsLeft.incrementAndGet();
      } else {
        kills.incrementAndGet();
      }
    }
    Start last = count(chain.finish());
    assertThat(last.seen()).hasSize(LongWorkflow.RESULTS);
    StoredCall.assertSound(chain.home());
  }

  private Start count(Start start) {
    results.addAndGet(start.seen().size());
    hits.addAndGet(start.seen().stream().filter(Seen::hit).count());
    return start;
  }
}
