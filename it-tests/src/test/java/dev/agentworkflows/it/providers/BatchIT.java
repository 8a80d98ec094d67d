package dev.agentworkflows.it.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentworkflows.it.Json;
import dev.agentworkflows.it.Owf;
import dev.agentworkflows.it.Owf.Finished;
import dev.agentworkflows.it.OwfProcess;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Batches from the command line, at providers that lose answers. */
class BatchIT {

  @RegisterExtension static final Owf owf = new Owf();

  private static final String KEY = "sk-batch/0123456789abcdef";
  private static final List<String> PROVIDERS = List.of("openai", "anthropic");

  private BatchServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = new BatchServer();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  private Owf.Invocation batch(String... arguments) {
    Owf.Invocation invocation = owf.command("batch").and(arguments);
    Path prices = owf.directory().resolve("prices.json");
    Owf.write(
        prices,
        """
        {"prices": [{"model": "m-1", "input": 2, "output": 3, "cached_input": 1}]}
        """);
    invocation.with("OWF_PRICES_FILE", prices.toString());
    for (String provider : PROVIDERS) {
      String name = provider.toUpperCase(Locale.ROOT);
      invocation.with(name + "_API_KEY", KEY);
      invocation.with(
          "OWF_PROVIDER_" + name + "_BASE_URL",
          server.url() + (provider.equals("openai") ? "/v1" : ""));
    }
    return invocation;
  }

  /** Every test has a home of its own, and a file in it. */
  private static Path file(String name, String... lines) {
    return Owf.write(owf.directory().resolve(name), String.join("\n", lines));
  }

  private static Finished fine(Finished finished) {
    assertThat(finished.exitCode()).as(finished.toString()).isZero();
    return finished;
  }

  private static List<JsonNode> rows(Path results) throws IOException {
    return Files.readAllLines(results).stream().map(Json::read).toList();
  }

  /** What `usage` says of a provider, and of all of them. */
  private JsonNode paid(String provider) {
    ObjectNode paid = JsonNodeFactory.instance.objectNode();
    JsonNode usage = fine(owf.command("usage", "--json").run()).json();
    paid.set("totals", usage.required("totals"));
    usage
        .required("by_provider")
        .forEach(one -> {
          if (one.required("provider").stringValue().equals(provider)) {
            paid.set("provider", one);
          }
        });
    return paid;
  }

  /** The three answers of the batch, for half of what the price table says, and once. */
  private static void assertCounted(JsonNode before, JsonNode after) {
    for (String part : List.of("totals", "provider")) {
      JsonNode was = before.path(part);
      JsonNode is = after.required(part);
      assertThat(is.required("calls").intValue() - was.path("calls").asInt(0)).isEqualTo(3);
      assertThat(is.required("input_tokens").intValue() - was.path("input_tokens").asInt(0))
          .isEqualTo(30);
      assertThat(
              is.required("cost_usd")
                  .decimalValue()
                  .subtract(was.path("cost_usd").asDecimal(BigDecimal.ZERO)))
          .isEqualByComparingTo("0.000033");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"openai", "anthropic"})
  void aBatchGoesOutAndComesHome(String provider) throws IOException {
    Path file =
        file(
            "home-" + provider + ".jsonl",
            "\"one\"",
            "{\"prompt\": \"two\", \"custom_id\": \"b\", \"system\": \"s\", \"max_tokens\": 7}",
            "{\"prompt\": \"three\"}");

    JsonNode submitted =
        fine(batch("submit", file.toString(), "--provider", provider, "--json").run()).json();
    String id = submitted.get("id").stringValue();
    assertThat(submitted.get("status").stringValue()).isEqualTo("in_progress");
    assertThat(submitted.get("requests").intValue()).isEqualTo(3);

    Finished tooEarly = batch("fetch", id).run();
    assertThat(tooEarly.exitCode()).as(tooEarly.toString()).isEqualTo(1);
    assertThat(tooEarly.stderr()).contains("is not ready: 0 of 3 requests are done");
    assertThat(tooEarly.stdout()).isEmpty();

    server.finish();
    assertThat(fine(batch("status", id, "--json").run()).json().get("status").stringValue())
        .isEqualTo("ended");
    JsonNode before = paid(provider);
    Path out = owf.directory().resolve("out-" + provider + ".jsonl");
    JsonNode fetched = fine(batch("fetch", id, "--out", out.toString(), "--json").run()).json();
    assertThat(fetched.at("/counts/done").intValue()).isEqualTo(3);
    assertThat(fetched.get("input_tokens").intValue()).isEqualTo(30);
    assertThat(rows(out))
        .extracting(row -> row.get("text").stringValue())
        .containsExactly("to: one", "to: two", "to: three");
    assertThat(rows(out).get(1))
        .isEqualTo(
            Json.read(
                """
                {"custom_id": "b", "status": "done", "text": "to: two", "model": "m-1-x", "input_tokens": 10,
                 "output_tokens": 2, "cache_read_tokens": 4, "cache_write_tokens": null, "cost_usd": 0.000011, "error": null}
                """));

    assertCounted(before, paid(provider));

    int asked = server.requests();
    server.close();
    Finished again = fine(batch("fetch", submitted.get("provider_batch_id").stringValue()).run());
    assertThat(again.stdout()).contains("3 done");
    assertCounted(before, paid(provider));
    assertThat(server.requests()).isEqualTo(asked);
    assertThat(fine(batch("list", "--json").run()).json())
        .anySatisfy(record -> assertThat(record.get("id").stringValue()).isEqualTo(id));
  }

  @Test
  void aMalformedLineIsNamedBeforeAnythingIsSent() {
    Path file = file("malformed.jsonl", "\"fine\"", "{\"prompt\": \"x\", \"modle\": \"m\"}");
    Finished refused = batch("submit", file.toString(), "--provider", "openai", "--json").run();
    assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(2);
    assertThat(refused.stderr()).contains("malformed.jsonl, line 2: unknown key 'modle'");
    assertThat(refused.json().get("error").stringValue()).contains("line 2");
    assertThat(server.requests()).isZero();
  }

  @Test
  void aProviderWithoutBatchesIsRefusedAndThoseWithThemNamed() {
    Path file = file("nobody.jsonl", "\"x\"");
    for (String provider : List.of("fake", "gemini", "deepseek", "openrouter", "claude")) {
      Finished refused = batch("submit", file.toString(), "--provider", provider).run();
      assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(2);
      assertThat(refused.stderr()).contains("takes no batches; those that do: anthropic, openai.");
    }
    assertThat(batch("submit", file.toString(), "--provider", "nobody").run().exitCode())
        .isEqualTo(2);
    assertThat(batch("status", "batch_nobody").run().exitCode()).isEqualTo(2);
  }

  @Test
  void anEndpointOfTheUsersOwnTakesBatchesToo() {
    Path file = file("own.jsonl", "{\"prompt\": \"x\", \"model\": \"m\"}", "\"y\"");
    Owf.Invocation[] submissions = new Owf.Invocation[2];
    for (int i = 0; i < 2; i++) {
      submissions[i] =
          batch("submit", file.toString(), "--provider", "mine")
              .with("OWF_PROVIDER_MINE_KIND", "openai")
              .with("OWF_PROVIDER_MINE_BASE_URL", server.url() + "/v1");
    }
    Finished noModel = submissions[0].run();
    assertThat(noModel.exitCode()).isEqualTo(2);
    assertThat(noModel.stderr()).contains("line 2: it names no model");
    assertThat(fine(submissions[1].and("--model", "m").run()).stdout()).contains("mine has 2");
  }

  @Test
  void aLostAnswerIsLookedUpWhereTheProviderKeepsAMark() {
    server.loseAnswers(true);
    Path file = file("lost.jsonl", "\"lost and found\"");
    Finished found = fine(batch("submit", file.toString(), "--provider", "openai").run());
    assertThat(found.stdout()).contains("as " + server.lastId());
    assertThat(server.batches()).isEqualTo(1);
  }

  @Test
  void aLostAnswerIsForAPersonToFindWhereItDoesNot() {
    server.loseAnswers(true);
    Path file = file("lost-too.jsonl", "\"lost\"", "\"and adopted\"");
    Finished lost = batch("submit", file.toString(), "--provider", "anthropic").run();
    assertThat(lost.exitCode()).as(lost.toString()).isEqualTo(1);
    assertThat(lost.stderr()).contains("may or may not have", "--adopt " + server.lastId());

    Finished again = batch("submit", file.toString(), "--provider", "anthropic").run();
    assertThat(again.exitCode()).as(again.toString()).isEqualTo(1);
    assertThat(fine(batch("status", "latest").run()).stderr()).contains("nobody knows whether");

    fine(
        batch("submit", file.toString(), "--provider", "anthropic", "--adopt", server.lastId())
            .run());
    server.finish();
    assertThat(fine(batch("fetch", server.lastId()).run()).stdout()).contains("2 done");
    assertThat(server.batches()).isEqualTo(1);
  }

  @Test
  void aSubmissionThatIsKilledIsNotRepeated() throws Exception {
    server.holdAnswers(true);
    Path file = file("killed.jsonl", "\"killed in the middle\"");
    OwfProcess submitting = batch("submit", file.toString(), "--provider", "openai").start();
    server.awaitCreation();
    submitting.destroyForcibly();
    submitting.finish();
    server.holdAnswers(false);

    Finished found = fine(batch("submit", file.toString(), "--provider", "openai").run());

    assertThat(found.stdout()).contains("as " + server.lastId());
    assertThat(server.batches()).isEqualTo(1);
  }

  @Test
  void twoSubmissionsOfOneFileAtOnceMakeOneBatch() {
    Path file = file("twice.jsonl", "\"at once\"");
    List<OwfProcess> both =
        Stream.of(1, 2)
            .map(i -> batch("submit", file.toString(), "--provider", "openai").start())
            .toList();
    both.forEach(OwfProcess::finish);
    assertThat(server.batches()).isEqualTo(1);
  }

  @Test
  void aKeyIsWrittenNowhere() throws IOException {
    server.finish();
    Path file =
        file("leaky.jsonl", Json.write("tell " + KEY), "{\"prompt\": \"x\", \"" + KEY + "\": 1}");
    Finished refused = batch("submit", file.toString(), "--provider", "openai").run();
    Path leaky = file("leaky-" + "fine.jsonl", Json.write("tell " + KEY));
    Finished submitted = fine(batch("submit", leaky.toString(), "--provider", "openai").run());
    Finished fetched = fine(batch("fetch", "latest", "--json").run());
    Path results = Path.of(fetched.json().get("results").stringValue());
    assertThat(Files.readString(results)).contains("to: tell [redacted:");

    for (Finished told : List.of(refused, submitted, fetched, batch("list").run())) {
      assertThat(told.stdout() + told.stderr()).doesNotContain(KEY);
    }
    try (Stream<Path> all = Files.walk(owf.home())) {
      assertThat(all.filter(Files::isRegularFile))
          .isNotEmpty()
          .allSatisfy(written ->
              assertThat(new String(Files.readAllBytes(written), StandardCharsets.ISO_8859_1))
                  .doesNotContain(KEY, KEY.replace("/", "\\/")));
    }
  }
}
