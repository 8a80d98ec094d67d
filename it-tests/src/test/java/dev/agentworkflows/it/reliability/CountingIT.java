package dev.agentworkflows.it.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.reliability.KillChain.Start;
import dev.agentworkflows.testkit.Generated;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

class CountingIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final int KILLS = Generated.count(20);

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aSampleIsPaidOnceUnlessAKillTookItsAnswerAway() throws Exception {
    assumeTrue(RunProcesses.canBeFound(), "processes are found by /proc/PID/environ: Linux only");
    long seed = Generated.seed();
    Path script = LongWorkflow.writeTo(owf);
    Path log = owf.directory().resolve("asked.log");
    List<String> java = countingProduct();
    KillChain chain =
        new KillChain(
            arguments ->
                owf.program(java)
                    .and(arguments.toArray(String[]::new))
                    .and(provider(arguments))
                    .with(CountingAdapter.VARIABLE, log.toString()),
            owf.directory().resolve("counted-home"),
            script,
            new Random(seed));

    Tally tally = new Tally();
    int kills = 0;
    boolean finished = false;
    while (kills < KILLS && !finished) {
      Start start = chain.startAndKill();
      finished = start.finished();
      kills += finished ? 0 : 1;
      tally.add(Asked.in(log), start);
    }
    Start last = chain.finish();
    tally.add(Asked.in(log), last);

    assertThat(last.seen()).hasSize(LongWorkflow.RESULTS);
    assertThat(kills).as("kills before the workflow came to its end").isGreaterThan(KILLS / 2);
    StoredCall.assertSound(chain.home());
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("kills", kills);
    counts.put("provider calls", tally.asked);
    counts.put("samples", tally.samples.size());
    counts.put("asked again after a kill took the answer", tally.lostInFlight);
    counts.put("paid twice", 0);
    counts.put("seed", seed);
    Counts.tell("CountingIT", counts);
  }

  /** The real jar, and beside it on the class path the provider of this test. */
  private static List<String> countingProduct() throws URISyntaxException {
    Path adapter =
        Path.of(CountingIT.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("owf.jar") + File.pathSeparator + adapter,
        "dev.agentworkflows.coordinator.cli.Main");
  }

  private static String[] provider(List<String> arguments) {
    return arguments.get(0).equals("run")
        ? new String[] {"--provider", CountingAdapterFactory.NAME}
        : new String[0];
  }

  /** What was asked, held against what scripts had seen. */
  private static final class Tally {

    private final Set<String> callsAsked = new HashSet<>();
    private final Set<Object> samples = new HashSet<>();
    private final Map<String, Integer> answersSeen = new HashMap<>();
    private int asked;
    private int lostInFlight;

    /** A kill later: whoever was asked since then had no answer to it that a script had seen. */
    void add(List<Asked> log, Start start) {
      List<Asked> since = log.subList(asked, log.size());
      asked = log.size();
      for (Asked one : since) {
        assertThat(one.attempt()).as("attempt of %s", one).isEqualTo(1);
        assertThat(callsAsked.add(one.callId())).as("%s is asked once", one).isTrue();
      }
      Map<String, StoredCall> byId =
          start.stored().stream().collect(Collectors.toMap(StoredCall::id, Function.identity()));
      assertOnlyUnansweredSamples(since);
      Set<String> seenIds = new HashSet<>();
      for (Seen result : start.seen()) {
        seenIds.add(result.callId());
        StoredCall call = byId.get(result.callId());
        if (call != null && !call.mutating() && samples.add(call.sample())) {
          answersSeen.merge(result.prompt(), 1, Integer::sum);
        }
      }
      lostInFlight += (int) since.stream().filter(one -> !seenIds.contains(one.callId())).count();
    }

    private void assertOnlyUnansweredSamples(List<Asked> since) {
      Map<String, Long> times =
          since.stream()
              .filter(one -> !one.prompt().contains("edit"))
              .collect(Collectors.groupingBy(Asked::prompt, Collectors.counting()));
      List<String> paidTwice = new ArrayList<>();
      times.forEach((prompt, count) -> {
        int open = LongWorkflow.samplesOf(prompt) - answersSeen.getOrDefault(prompt, 0);
        if (count > open) {
          paidTwice.add(prompt + ": asked " + count + " times, " + open + " unanswered before");
        }
      });
      assertThat(paidTwice).as("samples that were paid for twice").isEmpty();
    }
  }
}
