package dev.agentworkflows.coordinator.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.budget.BudgetLedger;
import dev.agentworkflows.coordinator.budget.BudgetLimits;
import dev.agentworkflows.coordinator.budget.Spending;
import dev.agentworkflows.coordinator.budget.TokenEstimate;
import dev.agentworkflows.coordinator.cache.CachePolicy;
import dev.agentworkflows.coordinator.price.Prices;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.testing.Records;
import dev.agentworkflows.coordinator.testing.Requests;
import dev.agentworkflows.coordinator.worktree.AllowedWorkspaces;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.JobSpending;
import dev.agentworkflows.store.RunCompletionRow;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import dev.agentworkflows.testkit.Generated;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random jobs under a budget: prompt sizes, answers, failures, shapes of usage, children, resumes.
 * The provider keeps books of its own. {@code -Dscale=N} and {@code -Dseed=S} repeat a run of it.
 */
@Tag("slow")
class BudgetMixTest {

  private static final int MIXES = Generated.count(150);
  private static final long SEED = Generated.seed();

  @TempDir private Path directory;

  private final RecordedEvents events = new RecordedEvents();
  private final ScriptedAdapter provider = new ScriptedAdapter(8);
  private Store store;
  private CallPipeline pipeline;
  private int runs;

  @BeforeEach
  void open() throws IOException {
    Path prices = directory.resolve("prices.json");
    Files.writeString(
        prices,
        "{\"prices\": [{\"provider\": \"scripted\", \"model\": \"\", \"input\": 1, \"output\":"
            + " 3}]}");
    store = Store.open(directory.resolve("workflow.sqlite"));
    pipeline =
        new CallPipeline(
            store,
            Providers.of(List.of(provider), Map.of()),
            Prices.of(Map.of("OWF_PRICES_FILE", prices.toString())),
            new Worktrees(System.getenv(), AllowedWorkspaces.any(), directory),
            new Redactor(Map.of()),
            new SharedLimits(Clock.systemUTC()),
            Clock.systemUTC(),
            new Random(1));
  }

  @AfterEach
  void close() {
    pipeline.close();
    store.close();
  }

  /** What the provider billed, and the most that an attempt took beyond its own prompt. */
  private static final class Books {
    private long tokens;
    private long largestError;

    synchronized void bill(AgentCall call, long attempt) {
      tokens += attempt;
      largestError = Math.max(largestError, attempt - TokenEstimate.of(call.prompt()));
    }
  }

  /** How one mix's provider counts and fails. */
  private final class Mix {
    private final Random random;
    private final double density;
    private final int besides;
    private final int longestAnswer;
    private final double failures;
    private final boolean retried;
    private final int usageShape;
    private final Books books = new Books();

    Mix(long seed) {
      random = new Random(seed);
      density = 0.5 + random.nextDouble();
      besides = random.nextInt(3) == 0 ? random.nextInt(300) : 0;
      longestAnswer = 1 + random.nextInt(random.nextBoolean() ? 100 : 2_700);
      failures = random.nextInt(3) == 0 ? 0.3 : 0;
      retried = random.nextInt(10) == 0;
      usageShape = random.nextInt(6);
    }

    synchronized AgentReply answer(AgentCall call) throws AdapterException {
      long input = (long) Math.ceil(TokenEstimate.of(call.prompt()) * density) + besides;
      String text = "word ".repeat(1 + random.nextInt(longestAnswer));
      long output = TokenEstimate.of(text);
      if (random.nextDouble() < failures) {
        throw failure(call, input, output);
      }
      if (usageShape == 0) {
        books.bill(call, TokenEstimate.of(call.prompt()) + output);
        return new AgentReply(text, null, Usage.UNKNOWN, null);
      }
      books.bill(call, input + output);
      Usage usage =
          usageShape == 1
              ? new Usage(null, null, null, null, input + output)
              : Usage.of(input, output);
      return new AgentReply(text, null, usage, null);
    }

    private AdapterException failure(AgentCall call, long input, long output) {
      switch (random.nextInt(retried ? 4 : 2)) {
        case 0 -> {
          return new AdapterException(Kind.PERMANENT, "refused");
        }
        case 1 -> {
          books.bill(call, input + output);
          return new AdapterException(Kind.PERMANENT, "cut off")
              .billed(Usage.of(input, output), null);
        }
        case 2 -> {
          books.bill(call, TokenEstimate.of(call.prompt()));
          return new AdapterException(Kind.TRANSIENT, "lost");
        }
        default -> {
          return new AdapterException(Kind.TRANSIENT, "overloaded", null, Usage.of(0, 0), null);
        }
      }
    }
  }

  @Test
  void noJobOverspendsByMoreThanOneCallAndEveryTokenIsStored() {
    System.out.println(MIXES + " budget mixes, seed " + SEED);
    int exceeded = 0;
    for (int i = 0; i < MIXES; i++) {
      exceeded += job(SEED + i) ? 1 : 0;
    }
    assertThat(exceeded).as("jobs that met their budget").isGreaterThan(MIXES / 5);
  }

  /** Whether the budget ended it. */
  private boolean job(long seed) {
    Mix mix = new Mix(seed);
    provider.will((call, attempt) -> mix.answer(call));
    Random random = new Random(seed + 1);
    List<String> prompts = prompts(random, seed);
    long total = 500 + random.nextInt(60_000);
    boolean money = random.nextInt(3) == 0;
    List<String> attempts = new ArrayList<>();
    boolean exceeded = false;
    int times = 1 + random.nextInt(3);
    for (int attempt = 0; attempt < times; attempt++) {
      total += attempt * random.nextInt(5_000);
      // Three millionths for the dearest token, so that both limits hold the same number of them.
      BudgetLimits limits =
          money
              ? new BudgetLimits(total, BigDecimal.valueOf(3 * total, 6))
              : new BudgetLimits(total, null);
      exceeded |= attempt(limits, attempts, prompts, random);
      JobSpending spent = store.reader().jobSpending(attempts.get(0));
      assertThat(spent.tokens()).as("seed " + seed + ": in the store").isEqualTo(mix.books.tokens);
      assertThat(mix.books.tokens - total)
          .as("seed " + seed + ": overspent")
          .isLessThanOrEqualTo(Math.max(0, mix.books.largestError));
    }
    return exceeded;
  }

  private static List<String> prompts(Random random, long seed) {
    List<String> prompts = new ArrayList<>();
    int calls = 1 + random.nextInt(40);
    int longest = random.nextBoolean() ? 20 : 3_000;
    for (int i = 0; i < calls; i++) {
      prompts.add(seed + "/" + i + " " + "word ".repeat(random.nextInt(longest)));
    }
    return prompts;
  }

  private boolean attempt(
      BudgetLimits limits, List<String> attempts, List<String> prompts, Random random) {
    String resumed = attempts.isEmpty() ? null : attempts.get(random.nextInt(attempts.size()));
    JobSpending before = resumed == null ? null : store.reader().jobSpending(resumed);
    BudgetLedger ledger =
        new BudgetLedger(
            limits,
            before == null ? Spending.NONE : new Spending(before.tokens(), before.costUsd()));
    Occurrences occurrences = new Occurrences();
    RunContext root = run(null, resumed, ledger, occurrences);
    RunContext child = run(root.runId(), null, ledger, occurrences);
    List<InFlightCall> calls = new ArrayList<>();
    for (String prompt : prompts) {
      calls.add(pipeline.begin(random.nextInt(4) == 0 ? child : root, ask(prompt)));
    }
    boolean exceeded =
        calls.stream()
                .filter(call -> call.outcome().join() instanceof CallOutcome.OverBudget)
                .count()
            > 0;
    assertThat(store.reader().run(root.runId()).orElseThrow().budget().spentTokens())
        .as("what a running run has spent")
        .isEqualTo(ledger.spentNow().tokens());
    end(child.runId(), child.spent());
    end(root.runId(), ledger.spentNow());
    assertThat(tokens(root.runId()) + tokens(child.runId())).isEqualTo(ledger.spentNow().tokens());
    attempts.add(root.runId());
    return exceeded;
  }

  private long tokens(String run) {
    return store.reader().calls(run).stream().mapToLong(BudgetMixTest::tokens).sum();
  }

  private static long tokens(CallRecord call) {
    return (call.usage().inputTokens() == null ? 0 : call.usage().inputTokens())
        + (call.usage().outputTokens() == null ? 0 : call.usage().outputTokens());
  }

  private void end(String run, Spending spent) {
    store
        .writer()
        .endRun(
            new RunCompletionRow(
                run,
                RunStatus.DONE,
                null,
                null,
                null,
                null,
                spent.tokens(),
                spent.costUsd(),
                Instant.now()))
        .join();
  }

  private RunContext run(
      @Nullable String parent,
      @Nullable String resumed,
      BudgetLedger ledger,
      Occurrences occurrences) {
    String id = "run_20261122_143201_%06x".formatted(++runs);
    store
        .writer()
        .addRun(
            Records.run(id).status(RunStatus.RUNNING).parent(parent).resumedFrom(resumed).build())
        .join();
    return new RunContext(
        id,
        "scripted",
        null,
        CachePolicy.AUTO,
        Duration.ofSeconds(60),
        Duration.ZERO,
        directory,
        directory,
        events,
        ledger,
        occurrences);
  }

  private static CallRequest ask(String prompt) {
    return Requests.of(prompt).label("label").phase("phase").build();
  }
}
