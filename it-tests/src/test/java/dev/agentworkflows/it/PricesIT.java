package dev.agentworkflows.it;

import static dev.agentworkflows.it.Json.column;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.agentworkflows.it.Owf.Finished;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

class PricesIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String SCRIPT =
      """
      from workflows import BudgetExceeded, agent, budget
      TOKENS = {"fake": {"input_tokens": 1000, "output_tokens": 100}}
      async def main(args):
          costs = []
          try:
              for i in range(args.get("calls", 2)):
                  costs.append((await agent(f"call {i}", model=args["model"], metadata=TOKENS)).estimated_cost_usd)
          except BudgetExceeded:
              costs.append("no more")
          return {"costs": costs, "spent": budget.spent_cost_usd}
      """;

  @AfterEach
  void removePrices() throws IOException {
    for (String name : List.of("", "-refreshed", "-refreshed-previous")) {
      Files.deleteIfExists(file("prices" + name + ".json"));
    }
  }

  private static Path file(String name) {
    return owf.userHome().resolve(".workflows").resolve(name);
  }

  private static void prices(Path file, String... entries) {
    Owf.write(file, table(entries));
  }

  private static String table(String... entries) {
    return "{\"prices\": [" + String.join(",\n", entries) + "]}";
  }

  private static String entry(String model, String input, String output) {
    return "{\"model\": \"%s\", \"input\": %s, \"output\": %s}".formatted(model, input, output);
  }

  private static Finished run(Path home, String model, String... options) {
    Path script = owf.script("priced.py", SCRIPT);
    return owf.command("run", script.toString(), "--json", "--home", home.toString())
        .and("--arg", "model=" + model)
        .and(options)
        .run();
  }

  private static Path home(String name) {
    return owf.directory().resolve("home-" + name);
  }

  @Test
  void aPricedModelsCallsHaveACostAndOthersHaveNone() {
    prices(file("prices.json"), entry("priced", "1", "10"), entry("priced-dear", "100", "0"));

    JsonNode plain = run(home("cost"), "priced-1").json().get("output");
    JsonNode dear = run(home("cost"), "priced-dear-1").json().get("output");
    JsonNode unknown = run(home("cost"), "unknown").json().get("output");

    assertThat(plain).isEqualTo(Json.read("{\"costs\": [0.002, 0.002], \"spent\": 0.004}"));
    assertThat(dear).isEqualTo(Json.read("{\"costs\": [0.1, 0.1], \"spent\": 0.2}"));
    assertThat(unknown.get("costs")).isEqualTo(Json.read("[null, null]"));
  }

  @Test
  void usageAddsUpWhatWasPaidByModelAndDay() {
    prices(file("prices.json"), entry("priced", "1", "10"));
    Path home = home("usage");
    assertThat(owf.json("usage", "--home", home.toString()).at("/totals/calls").intValue())
        .isZero();
    run(home, "priced-1");
    run(home, "priced-1");
    run(home, "unknown");

    JsonNode usage = owf.json("usage", "--by", "day", "--home", home.toString());

    assertThat(usage.get("runs").intValue()).isEqualTo(3);
    JsonNode totals = usage.get("totals");
    assertThat(totals.get("calls").intValue())
        .as("the second run was answered from the first one's calls")
        .isEqualTo(4);
    assertThat(totals.get("input_tokens").intValue()).isEqualTo(4000);
    assertThat(totals.get("output_tokens").intValue()).isEqualTo(400);
    assertThat(totals.get("cost_usd").decimalValue()).isEqualByComparingTo("0.004");
    assertThat(totals.get("unpriced_calls").intValue()).isEqualTo(2);
    assertThat(column(usage.get("by_provider"), "provider")).containsExactly("fake");
    assertThat(column(usage.get("by_model"), "model")).containsExactly("priced-1", "unknown");
    assertThat(column(usage.get("by_day"), "calls")).contains(4);
    assertThat(column(usage.get("by_day"), "day"))
        .contains(LocalDate.now(ZoneOffset.UTC).toString());
    assertThat(owf.run("usage", "--home", home.toString()).stdout())
        .contains("priced-1", "0.004", "2 of the calls");
    assertThat(owf.run("usage", "--by", "week", "--home", home.toString()).exitCode()).isEqualTo(2);
  }

  @Test
  void aBudgetOfMoneyHoldsForComputedCosts() {
    prices(file("prices.json"), entry("priced", "1", "10"));

    Finished finished =
        run(
            home("budget"),
            "priced-1",
            "--budget-cost-usd",
            "0.005",
            "--args-json",
            "{\"calls\": 9, \"model\": \"priced-1\"}");

    assertThat(finished.json().at("/output/costs"))
        .as(finished.toString())
        .isEqualTo(Json.read("[0.002, 0.002, \"no more\"]"));
  }

  @Test
  void underABudgetOfMoneyAModelWithoutAPriceIsToldOnce() {
    Path home = home("warned");
    run(home, "mystery", "--budget-cost-usd", "1");

    JsonNode events = owf.json("events", "latest", "--home", home.toString());

    assertThat(column(events, "message"))
        .map(String::valueOf)
        .filteredOn(message -> message.contains("has no price"))
        .singleElement()
        .asString()
        .startsWith("fake/mystery has no price")
        .contains(file("prices.json").toString());
  }

  @Test
  void aBrokenPricesFileIsRefusedBeforeTheRunStarts() {
    Path home = home("broken");
    prices(file("prices.json"), entry("m", "\"cheap\"", "1"));

    for (Finished finished :
        List.of(run(home, "m"), owf.run("prices"), owf.command("prices", "--json").run())) {
      assertThat(finished.exitCode()).as(finished.toString()).isEqualTo(2);
      assertThat(finished.stderr())
          .contains(file("prices.json") + ": prices[0] (\"m\") input is \"cheap\"");
    }
    assertThat(owf.run("doctor").exitCode()).isEqualTo(1);
    assertThat(owf.json("runs", "--home", home.toString())).isEmpty();
  }

  @Test
  void pricesListsWhereEachComesFrom() {
    Path named = owf.directory().resolve("my-prices.json");
    prices(named, entry("gpt-6-sol", "1.5", "9"), entry("mine", "0.25", "0"));

    JsonNode listed =
        owf.command("prices", "--json").with("OWF_PRICES_FILE", named.toString()).run().json();
    String text = owf.command("prices").with("OWF_PRICES_FILE", named.toString()).run().stdout();

    assertThat(column(listed.get("prices"), "model")).contains("mine", "claude-sonnet-5-5");
    assertThat(column(listed.get("prices"), "from")).contains(named.toString(), "built in");
    assertThat(column(listed.get("tables"), "from")).containsExactly(named.toString(), "built in");
    assertThat(listed.get("prices").get(0))
        .isEqualTo(
            Json.read(
                """
                {"model": "gpt-6-sol", "provider": null, "input": 1.5, "output": 9,
                 "cached_input": 1.5, "cache_write": 1.5, "from": "%s"}
                """
                    .formatted(named)));
    assertThat(text).contains("mine*", "0.25", "built in, 2026-");
  }

  @Test
  void aRefreshIsTakenWholeOrNotAtAll() throws IOException {
    prices(file("prices.json"), entry("own", "7", "7"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer(server, "/first", table(entry("priced", "1", "10")), 0);
    answer(server, "/second", table(entry("priced", "3", "10"), entry("own", "1", "1")), 0);
    answer(server, "/page", "<html><body>Sign in</body></html>", 0);
    answer(server, "/cut", table(entry("priced", "5", "5")), 100);
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      JsonNode first = owf.json("prices", "--refresh", "--url", url + "/first");
      assertThat(first.get("entries").intValue()).isEqualTo(1);
      assertThat(owf.run("prices", "--refresh", "--url", url + "/second").exitCode()).isZero();

      for (String wrong : List.of("/page", "/cut", "/nowhere")) {
        Finished refused = owf.run("prices", "--refresh", "--url", url + wrong);
        assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(2);
        assertThat(refused.stderr().lines()).hasSizeBetween(1, 2);
        assertThat(refused.stderr()).contains("The prices stay as they were.");
      }
    } finally {
      server.stop(0);
    }

    assertThat(file("prices-refreshed.json")).content().contains("\"input\": 3");
    assertThat(file("prices-refreshed-previous.json")).content().contains("\"input\": 1");
    assertThat(file("prices.json")).content().contains("\"own\"", "\"input\": 7");
    assertThat(run(home("refresh"), "priced-1").json().at("/output/costs/0").decimalValue())
        .isEqualByComparingTo("0.004");
    assertThat(run(home("refresh"), "own").json().at("/output/costs/0").decimalValue())
        .as("what the user wrote wins")
        .isEqualByComparingTo("0.0077");
  }

  @Test
  void aRefreshNeedsAnAddressOfItsOwn() {
    assertThat(owf.run("prices", "--refresh").exitCode()).isEqualTo(2);
    assertThat(owf.run("prices", "--refresh", "--url", "http://example.com/").stderr())
        .contains("https://");
  }

  /** A part of what the length promises may be missing. */
  private static void answer(HttpServer server, String path, String body, int missing) {
    server.createContext(
        path,
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          try (exchange) {
            exchange.sendResponseHeaders(200, bytes.length + missing);
            exchange.getResponseBody().write(bytes);
          }
        });
  }
}
