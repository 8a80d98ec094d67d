package dev.agentworkflows.it.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BudgetIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final int CALLS = 200;
  private static final AtomicInteger BUDGETS = new AtomicInteger();
  private static final AtomicLong CALLS_PAID = new AtomicLong();
  private static final AtomicInteger OVERSPENT = new AtomicInteger();

  /** As many calls at once as there are; each costs what {@code fake} in the arguments says. */
  private static final String STORM =
      Seen.ASK
          + """
          async def main(args):
              fake = args["fake"]
              await parallel([asking(f"call {i}", i %% 7, fake=fake) for i in range(%d)])
          """
              .formatted(CALLS);

  private final AtomicInteger numbers = new AtomicInteger();

  @AfterAll
  static void tellCounts() {
    Map<String, Object> counts = new LinkedHashMap<>();
    counts.put("budgets", BUDGETS);
    counts.put("calls paid", CALLS_PAID);
    counts.put("overspent", OVERSPENT);
    Counts.tell("BudgetIT", counts);
  }

  /** One start under a budget, and what its script saw of it. */
  private record Spent(Finished ending, List<Seen> seen, JsonNode run) {

    String id() {
      return run.required("id").stringValue();
    }

    long tokens() {
      return run.required("budget_spent_tokens").longValue();
    }

    BigDecimal costUsd() {
      return run.required("budget_spent_cost_usd").decimalValue();
    }

    boolean isOverspent() {
      JsonNode tokens = run.required("budget_total_tokens");
      JsonNode costUsd = run.required("budget_total_cost_usd");
      return (!tokens.isNull() && tokens() > tokens.longValue())
          || (!costUsd.isNull() && costUsd().compareTo(costUsd.decimalValue()) > 0);
    }

    long paid() {
      return seen.stream().filter(Seen::done).filter(result -> !result.hit()).count();
    }
  }

  private Spent start(Path home, String... arguments) {
    Path file = home.resolveSibling(home.getFileName() + "-seen-" + numbers.incrementAndGet());
    Finished ending =
        owf.command(arguments)
            .and("--json")
            .with("OWF_HOME", home.toString())
            .with(Seen.VARIABLE, file.toString())
            .run();
    Finished status =
        owf.command("status", "latest", "--json").with("OWF_HOME", home.toString()).run();
    assertThat(status.exitCode()).as(ending + "\n" + status).isZero();
    Spent spent = new Spent(ending, Seen.in(file), status.json().required("run"));
    BUDGETS.incrementAndGet();
    CALLS_PAID.addAndGet(spent.paid());
    OVERSPENT.addAndGet(spent.isOverspent() ? 1 : 0);
    return spent;
  }

  private static void assertExceeded(Spent spent) {
    assertThat(spent.ending().exitCode()).as(spent.ending().toString()).isEqualTo(3);
    assertThat(spent.ending().json().required("status").stringValue()).isEqualTo("budget_exceeded");
    assertThat(spent.run().required("status").stringValue()).isEqualTo("budget_exceeded");
  }

  private static String[] command(Path script, String fake, String... options) {
    List<String> command =
        new ArrayList<>(
            List.of("run", script.toString(), "--args-json", "{\"fake\": " + fake + "}"));
    command.addAll(Arrays.asList(options));
    return command.toArray(String[]::new);
  }

  private static String tokens(long each) {
    return "{\"input_tokens\": %d, \"output_tokens\": %d}".formatted(each - each / 3, each / 3);
  }

  @ParameterizedTest(name = "{0} tokens, calls of {1}")
  @CsvSource({"1000, 7", "995, 100", "50000, 999", "10, 10"})
  void aStormOfCallsSpendsABudgetInTokensAndNothingMore(long budget, long each) {
    Path home = owf.directory().resolve("tokens-" + budget + "-" + each);
    Path script = owf.script("storm.py", STORM);

    Spent first = start(home, command(script, tokens(each), "--budget-tokens", "" + budget));

    assertExceeded(first);
    assertThat(first.tokens()).isEqualTo(first.paid() * each).isBetween(budget - each, budget);
    assertThat(first.ending().stderr()).contains("resume " + first.id() + " --budget-tokens");

    Spent rest = start(home, "resume", first.id(), "--budget-tokens", "" + CALLS * each);

    assertThat(rest.ending().exitCode()).as(rest.ending().toString()).isZero();
    assertThat(rest.seen()).hasSize(CALLS).allMatch(Seen::done);
    assertThat(rest.paid()).isEqualTo(CALLS - first.paid());
    assertThat(rest.tokens()).isEqualTo(rest.paid() * each);
    assertThat(rest.run().required("budget_job_spent_tokens").longValue()).isEqualTo(CALLS * each);
  }

  /** Nobody knows what becomes of a call whose coordinator is killed: it counts as spent. */
  @Test
  void callsThatWereOutWhenTheCoordinatorWasKilledAreSpent() throws Exception {
    Path home = owf.directory().resolve("killed");
    Path script =
        owf.script(
            "out.py",
            """
            from workflows import agent
            async def main(args):
                await agent("word " * 1000, provider="openai", model="gpt-x")
            """);
    try (ServerSocket provider = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
      provider.setSoTimeout(60_000);
      OwfProcess coordinator =
          owf.command("run", script.toString(), "--budget-tokens", "100000")
              .with("OWF_HOME", home.toString())
              .with("OPENAI_API_KEY", "sk-not-a-real-key")
              .with(
                  "OWF_PROVIDER_OPENAI_BASE_URL",
                  "http://127.0.0.1:" + provider.getLocalPort() + "/v1")
              .start();
      try (Socket call = provider.accept()) {
        assertThat(call.getInputStream().read()).isNotNegative();
        coordinator.kill();
      }
      coordinator.finish();
    }
    JsonNode run = status(home);
    long spent = run.required("budget_spent_tokens").longValue();
    assertThat(run.required("status").stringValue()).isEqualTo("interrupted");
    assertThat(spent).isBetween(900L, 3_000L);
    JsonNode usage = owf.command("usage", "--json").with("OWF_HOME", home.toString()).run().json();
    assertThat(usage.at("/totals/input_tokens").longValue()).isEqualTo(spent);

    owf.script("out.py", "async def main(args):\n    pass\n");
    Finished resumed =
        owf.command("resume", "latest", "--json").with("OWF_HOME", home.toString()).run();

    assertThat(resumed.exitCode()).as(resumed.toString()).isZero();
    assertThat(status(home).required("budget_job_spent_tokens").longValue()).isEqualTo(spent);
  }

  private static JsonNode status(Path home) {
    return owf.command("status", "latest", "--json")
        .with("OWF_HOME", home.toString())
        .run()
        .json()
        .required("run");
  }

  @ParameterizedTest(name = "{0} USD, calls of {1}")
  @CsvSource({"1.00, 0.03", "0.5, 0.000007", "0.3, 0.1"})
  void aStormOfCallsSpendsABudgetInDollarsAndNothingMore(BigDecimal budget, BigDecimal each) {
    Path home = owf.directory().resolve("usd-" + budget + "-" + each);
    Path script = owf.script("storm.py", STORM);
    BigDecimal all = each.multiply(BigDecimal.valueOf(CALLS));
    boolean fits = all.compareTo(budget) <= 0;

    Spent first =
        start(
            home,
            command(
                script, "{\"cost_usd\": " + each + "}", "--budget-cost-usd", budget.toString()));

    BigDecimal spent = each.multiply(BigDecimal.valueOf(first.paid()));
    assertThat(first.costUsd()).isEqualByComparingTo(spent).isLessThanOrEqualTo(budget);
    if (fits) {
      assertThat(first.ending().exitCode()).as(first.ending().toString()).isZero();
      assertThat(first.paid()).isEqualTo(CALLS);
      return;
    }
    assertExceeded(first);
    assertThat(spent).isGreaterThanOrEqualTo(budget.subtract(each));

    Spent rest = start(home, "resume", first.id(), "--budget-cost-usd", all.toString());

    assertThat(rest.ending().exitCode()).as(rest.ending().toString()).isZero();
    assertThat(rest.paid()).isEqualTo(CALLS - first.paid());
  }

  @Test
  void attemptsThatFailAndAreBilledCountLikeTheOnesThatAnswer() {
    Path home = owf.directory().resolve("billed-failures");
    Path script = owf.script("storm.py", STORM);
    String fake = "{\"input_tokens\": 6, \"output_tokens\": 4, \"fail_times\": 1}";

    Spent first = start(home, command(script, fake, "--budget-tokens", "1010"));

    assertExceeded(first);
    assertThat(first.tokens()).isBetween(1010L - 20, 1010L);
  }

  @Test
  void aFewCallsThatAreRetriedAndBilledTwiceDoNotOvershoot() {
    Path home = owf.directory().resolve("some-billed-failures");
    Path script =
        owf.script(
            "uneven_storm.py",
            Seen.ASK
                + """
                async def main(args):
                    cost = {"input_tokens": 6, "output_tokens": 4}
                    await parallel([
                        asking(f"call {i}", 5, fake={**cost, "fail_times": i % 2})
                        for i in range(200)
                    ])
                """);

    Spent first = start(home, "run", script.toString(), "--budget-tokens", "1000");

    assertExceeded(first);
    assertThat(first.tokens()).isBetween(1000L - 20, 1000L);
  }

  @Test
  void childrenShareTheBudgetOfTheirParent() {
    Path home = owf.directory().resolve("shared");
    owf.script(
        "shared_child.py",
        Seen.ASK
            + """
            async def main(args):
                fake = {"input_tokens": 5, "output_tokens": 2}
                await parallel([
                    asking(f"{args['name']} call {i}", i % 5, fake=fake) for i in range(70)
                ])
            """);
    Path script =
        owf.script(
            "shared.py",
            Seen.ASK
                + """
                async def main(args):
                    fake = {"input_tokens": 5, "output_tokens": 2}
                    children = [
                        lambda name=name: workflow("shared_child.py", {"name": name})
                        for name in ("one", "two")
                    ]
                    own = [asking(f"own call {i}", i % 5, fake=fake) for i in range(60)]
                    await parallel(children + own)
                    # A child's end is its own; what its parent asks next is the parent's.
                    await ask("last call", fake=fake)
                """);

    Spent first = start(home, "run", script.toString(), "--budget-tokens", "800");

    assertExceeded(first);
    assertThat(first.tokens()).isBetween(800L - 7, 800L).isEqualTo(first.paid() * 7);

    Spent rest = start(home, "resume", first.id(), "--budget-tokens", "1407");

    assertThat(rest.ending().exitCode()).as(rest.ending().toString()).isZero();
    assertThat(rest.paid()).isEqualTo(CALLS + 1 - first.paid());
  }

  @Test
  void whatAScriptReservesIsNobodyElsesUntilItIsGivenBack() {
    Path home = owf.directory().resolve("reserved");
    Path script =
        owf.script(
            "reserved.py",
            Seen.ASK
                + """
                from workflows import BudgetExceeded
                async def main(args):
                    fake = {"input_tokens": 6, "output_tokens": 4}
                    with budget.reserve(300):
                        try:
                            await parallel([
                                asking(f"first {i}", i % 5, fake=fake) for i in range(100)
                            ])
                        except BudgetExceeded:
                            log("held", spent=budget.spent_tokens)
                            while_held = budget.spent_tokens
                            try:
                                budget.reserve(6)
                                return "300 tokens were given twice"
                            except BudgetExceeded:
                                pass
                    assert 696 <= while_held <= 705, while_held
                    await parallel([asking(f"second {i}", i % 5, fake=fake) for i in range(100)])
                """);

    Spent first = start(home, "run", script.toString(), "--budget-tokens", "1005");

    assertExceeded(first);
    assertThat(first.tokens()).isEqualTo(1000);
  }
}
