package dev.agentworkflows.it.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.Owf.Invocation;
import dev.agentworkflows.it.OwfProcess;
import dev.agentworkflows.it.reliability.StoredCall.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One workflow in a home of its own, which is started, killed, resumed, killed again. After each
 * kill it is checked that nothing was lost which the script had seen.
 */
final class KillChain {

  /** Who gets the signal 9. */
  enum Victim {
    COORDINATOR,
    SHIM,
    BOTH
  }

  private static final int MAX_DELAY_MS = 1500;

  private final Function<List<String>, Invocation> product;
  private final Path home;
  private final Path script;
  private final Random random;
  private final Map<Sample, String> remembered = new HashMap<>();
  private @Nullable String latestRun;
  private int starts;
  private int recorded;

  /**
   * @param product makes a command line of the product from its arguments
   */
  KillChain(Function<List<String>, Invocation> product, Path home, Path script, Random random) {
    this.product = product;
    this.home = home;
    this.script = script;
    this.random = random;
  }

  /**
   * What a start of the workflow left.
   *
   * @param finished it came to its end, before anybody killed it
   * @param seen what its script had in its hands, children's calls included
   * @param stored the calls that it made, as far as they are recorded
   */
  record Start(boolean finished, List<Seen> seen, List<StoredCall> stored) {}

  Path home() {
    return home;
  }

  /** Starts or resumes the workflow, and kills it at a random moment. */
  Start startAndKill() {
    RunProcesses processes = new RunProcesses();
    Path seen = nextSeenFile();
    OwfProcess coordinator = begin(processes, seen);
    boolean finished = !killAtRandom(coordinator, processes, seen);
    Finished ending = coordinator.finish();
    if (finished) {
      assertThat(ending.exitCode()).as(ending.toString()).isZero();
    } else {
      assertThat(ending.exitCode()).as(ending.toString()).isNotZero();
    }
    processes.awaitNone();
    return check(finished, seen);
  }

  /** Resumes the workflow and lets it come to its end. */
  Start finish() {
    RunProcesses processes = new RunProcesses();
    Path seen = nextSeenFile();
    Finished ending = begin(processes, seen).finish();
    assertThat(ending.exitCode()).as(ending.toString()).isZero();
    processes.awaitNone();
    return check(true, seen);
  }

  private Path nextSeenFile() {
    return home.resolveSibling(home.getFileName() + "-seen-" + ++starts + ".jsonl");
  }

  private OwfProcess begin(RunProcesses processes, Path seen) {
    List<String> arguments =
        latestRun == null
            ? List.of("run", script.toString(), "--json")
            : List.of("resume", latestRun, "--json");
    return command(arguments)
        .with(RunProcesses.VARIABLE, processes.mark())
        .with(Seen.VARIABLE, seen.toString())
        .start();
  }

  private Invocation command(List<String> arguments) {
    return product.apply(arguments).with("OWF_HOME", home.toString());
  }

  /** False when the workflow came to its end before the moment had come. */
  private boolean killAtRandom(OwfProcess coordinator, RunProcesses processes, Path seen) {
    Victim victim = Victim.values()[random.nextInt(Victim.values().length)];
    boolean early = random.nextInt(4) == 0;
    int delay = random.nextInt(MAX_DELAY_MS);
    ProcessHandle handle =
        processes.coordinator().orElseThrow(() -> new AssertionError("it did not start"));
    if (!early) {
      awaitUnlessOver(handle, "a first result", () -> Files.exists(seen) && Files.size(seen) > 0);
    } else if (victim != Victim.COORDINATOR) {
      awaitUnlessOver(handle, "the script's process", () -> processes.shim().isPresent());
      delay /= 10;
    }
    if (endsWithin(handle, delay)) {
      return false;
    }
    Optional<ProcessHandle> shim =
        victim == Victim.COORDINATOR ? Optional.empty() : processes.shim();
    if (victim != Victim.SHIM) {
      coordinator.destroyForcibly();
    }
    shim.ifPresent(ProcessHandle::destroyForcibly);
    return victim != Victim.SHIM || shim.isPresent();
  }

  private static void awaitUnlessOver(
      ProcessHandle coordinator, String what, Callable<Boolean> sign) {
    await(what)
        .atMost(Duration.ofSeconds(30))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> !coordinator.isAlive() || sign.call());
  }

  private static boolean endsWithin(ProcessHandle process, int millis) {
    try {
      process.onExit().get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("waiting for " + process, e);
    }
  }

  private Start check(boolean finished, Path seenFile) {
    List<Seen> seen = Seen.in(seenFile);
    boolean opened = tellsTheTruth(finished);
    if (!opened) {
      assertThat(seen).as("results of a run that is not recorded").isEmpty();
      return new Start(finished, seen, List.of());
    }
    List<StoredCall> all = StoredCall.in(home);
    List<StoredCall> stored = all.subList(recorded, all.size());
    recorded = all.size();
    assertNothingLost(seen, stored);
    return new Start(finished, seen, List.copyOf(stored));
  }

  /** The next command says how the start ended; false when it had not come to a run yet. */
  private boolean tellsTheTruth(boolean finished) {
    Finished status = command(List.of("status", "latest", "--json")).run();
    if (latestRun == null && !finished && status.exitCode() == 2) {
      return false;
    }
    assertThat(status.exitCode()).as(status.toString()).isZero();
    JsonNode run = status.json().required("run");
    String id = run.required("id").stringValue();
    assertThat(run.required("status").stringValue())
        .as("status of %s", id)
        .isEqualTo(finished ? "done" : "interrupted");
    boolean opened = !id.equals(latestRun);
    if (opened) {
      assertThat(run.required("resumed_from_run_id").stringValueOpt())
          .as("what %s resumes", id)
          .isEqualTo(Optional.ofNullable(latestRun));
    }
    latestRun = id;
    return opened;
  }

  private void assertNothingLost(List<Seen> seen, List<StoredCall> stored) {
    Map<String, StoredCall> byId =
        stored.stream().collect(Collectors.toMap(StoredCall::id, Function.identity()));
    assertThat(byId.keySet())
        .as("calls that are recorded")
        .containsAll(seen.stream().map(Seen::callId).toList());
    for (StoredCall call : stored) {
      assertIsWhatAnEarlierRunSaw(call);
    }
    for (Seen result : seen) {
      StoredCall call = Objects.requireNonNull(byId.get(result.callId()));
      assertThat(result.status()).as("status of %s", result).isEqualTo("done");
      assertThat(call.status()).as("recorded status of %s", result).isEqualTo("done");
      assertThat(call.text()).as("recorded answer of %s", result).isEqualTo(result.text());
      if (!call.mutating()) {
        remembered.put(call.sample(), Objects.requireNonNull(result.text()));
      }
    }
  }

  private void assertIsWhatAnEarlierRunSaw(StoredCall call) {
    String answer = remembered.get(call.sample());
    if (answer != null) {
      assertThat(call.cacheStatus()).as("a resume's %s", call).isEqualTo("hit");
      assertThat(call.text()).as("a resume's %s", call).isEqualTo(answer);
    }
  }
}
