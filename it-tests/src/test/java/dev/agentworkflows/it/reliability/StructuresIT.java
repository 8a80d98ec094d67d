package dev.agentworkflows.it.reliability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.testkit.Generated;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * Workflows of random structures with random delays, killed at random and resumed until they are
 * done: {@code -Dscale=N -Dseed=S}.
 */
class StructuresIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final int STRUCTURES = Generated.count(50);
  private static final int AT_ONCE = 2;

  private final AtomicInteger kills = new AtomicInteger();
  private final AtomicInteger answers = new AtomicInteger();

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void eachBranchKeepsItsAnswersAndNothingIsPaidTwice() throws Exception {
    long seed = Generated.seed();
    Path script = owf.script("structure.py", resource("/structure.py"));
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    List<Future<?>> checked = new ArrayList<>();
    for (int i = 0; i < STRUCTURES; i++) {
      long one = seed + i;
      checked.add(
          threads.submit(() -> {
            new Chain(script, one).check();
            return null;
          }));
    }
    for (Future<?> one : checked) {
      one.get();
    }
    threads.shutdown();
    Counts.tell(
        "StructuresIT",
        Map.of(
            "structures",
            STRUCTURES,
            "kills",
            kills.get(),
            "answers",
            answers.get(),
            "swapped or paid twice",
            0,
            "seed",
            seed));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(StructuresIT.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** One structure: its runs, one resumed from the other. */
  private final class Chain {
    private final Path script;
    private final long seed;
    private final Random random;
    private final Path home;
    private final Map<String, String> seen = new HashMap<>();
    private @Nullable String latest;
    private int starts;

    Chain(Path script, long seed) {
      this.script = script;
      this.seed = seed;
      this.random = new Random(seed);
      this.home = owf.directory().resolve("home-" + seed);
    }

    void check() throws IOException {
      try (CountingEndpoint provider = new CountingEndpoint(random)) {
        for (int kill = random.nextInt(2) + 1; kill > 0; kill--) {
          startAndKill(provider);
        }
        Finished done = start(provider, nextSeen()).finish();
        assertThat(done.exitCode()).as("seed %d: %s", seed, done).isZero();
        Map<String, String> last = collect();
        assertEveryPaidAnswerIsUsed(last, done);
        answers.addAndGet(last.size());
        if (random.nextInt(3) == 0) {
          assertThatADoneRunCostsNothing(provider, last, done);
        }
      }
    }

    private void assertThatADoneRunCostsNothing(
        CountingEndpoint provider, Map<String, String> last, Finished done) throws IOException {
      latest = done.json().required("run_id").stringValue();
      int before = provider.requests();
      Finished again = start(provider, nextSeen()).finish();
      assertThat(again.exitCode()).as("seed %d: %s", seed, again).isZero();
      assertThat(collect()).as("a resume of what was done, seed %d", seed).isEqualTo(last);
      assertThat(provider.requests()).as("paid again, seed %d", seed).isEqualTo(before);
    }

    private Path nextSeen() {
      return home.resolveSibling(home.getFileName() + "-seen-" + ++starts);
    }

    private Path seenNow() {
      return home.resolveSibling(home.getFileName() + "-seen-" + starts);
    }

    private OwfProcess start(CountingEndpoint provider, Path seenFile) {
      Owf.Invocation command =
          latest == null
              ? owf.command("run", script.toString(), "--json", "--provider", "openai")
                  .and("--model", "m", "--args-json", "{\"seed\":" + seed + "}")
              : owf.command("resume", latest, "--json");
      return command
          .with("OWF_HOME", home.toString())
          .with("SEEN", seenFile.toString())
          .with("OPENAI_API_KEY", "sk-not-a-real-key")
          .with("OWF_PROVIDER_OPENAI_BASE_URL", provider.url())
          .with("OWF_PROVIDER_OPENAI_CONCURRENCY", "64")
          .start();
    }

    /** Kills the coordinator or the script after so many answers, or before the first. */
    private void startAndKill(CountingEndpoint provider) throws IOException {
      Path file = nextSeen();
      OwfProcess coordinator = start(provider, file);
      int enough = random.nextInt(8) + 1;
      await("answers")
          .atMost(Duration.ofSeconds(60))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> !coordinator.isAlive() || linesOf(file).size() >= enough);
      if (coordinator.isAlive()) {
        kills.incrementAndGet();
        if (random.nextBoolean()) {
          coordinator.destroyForcibly();
        } else {
          coordinator.killShim();
        }
      }
      Finished ended = coordinator.finish();
      collect();
      latest = ended.exitCode() == 0 ? ended.json().required("run_id").stringValue() : "latest";
    }

    /** What the latest run's script saw; holds it against what was seen before. */
    private Map<String, String> collect() throws IOException {
      Map<String, String> now = new HashMap<>();
      for (String line : linesOf(seenNow())) {
        JsonNode entry = Json.read(line);
        now.put(entry.get(0).stringValue(), entry.get(1).stringValue());
      }
      now.forEach((where, answer) -> {
        String before = seen.putIfAbsent(where, answer);
        assertThat(answer)
            .as("answer at %s, seed %d", where, seed)
            .isEqualTo(before == null ? answer : before);
      });
      return now;
    }

    /** Whole lines alone: the last one may be cut by the kill. */
    private List<String> linesOf(Path file) throws IOException {
      if (!Files.exists(file)) {
        return List.of();
      }
      String text = Files.readString(file);
      return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private void assertEveryPaidAnswerIsUsed(Map<String, String> last, Finished done) {
      List<String> paid =
          StoredCall.in(home).stream()
              .filter(call -> call.done() && call.cacheStatus().equals("miss"))
              .map(StoredCall::text)
              .toList();
      Set<String> used = new HashSet<>(last.values());
      assertThat(paid.stream().filter(text -> !used.contains(text)).collect(Collectors.toList()))
          .as("answers that were paid for and given to nobody, seed %d, %s", seed, done)
          .isEmpty();
      assertThat(used).as("one answer for each call, seed %d", seed).hasSize(last.size());
    }
  }
}
