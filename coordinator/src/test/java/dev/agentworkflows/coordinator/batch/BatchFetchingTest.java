package dev.agentworkflows.coordinator.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentworkflows.coordinator.batch.BatchFetching.Fetched;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentReply;
import dev.agentworkflows.spi.BatchResult.Answered;
import dev.agentworkflows.spi.BatchResult.Reason;
import dev.agentworkflows.spi.BatchResult.Unanswered;
import dev.agentworkflows.spi.BatchState;
import dev.agentworkflows.spi.BatchState.Phase;
import dev.agentworkflows.spi.Usage;
import dev.agentworkflows.store.UsageRecord;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BatchFetchingTest {

  @TempDir private Path directory;
  private BatchDesk desk;

  @BeforeEach
  void makeDesk() {
    desk = new BatchDesk(directory);
  }

  private Fetched fetch(BatchRecord record) {
    return desk.fetching().fetch(record, any -> desk.api);
  }

  private void over(Phase phase, @Nullable String problem) {
    desk.api.state = new BatchState(phase, 3, 3, 0, problem);
  }

  private static Answered answered(String id, String text) {
    return new Answered(id, new AgentReply(text, "m-1-x", new Usage(20L, 5L, 16L, null), null));
  }

  private static List<JsonNode> rows(Fetched fetched) throws IOException {
    return Files.readAllLines(fetched.results()).stream().map(Json::read).toList();
  }

  private static List<String> all(List<JsonNode> rows, String field) {
    return rows.stream().map(row -> row.path(field).asString("null")).toList();
  }

  private void assertNothingWritten(BatchRecord record) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("home/batches"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(".lock", record.id() + ".json");
    }
    assertThat(desk.records.find(record.id()).fetchedAt()).isNull();
  }

  @Test
  void aBatchThatIsNotOverIsNotFetched() throws IOException {
    BatchRecord record = desk.submitted("a", "b", "c");
    desk.api.state = new BatchState(Phase.IN_PROGRESS, 3, 1, 1, null);
    assertThatThrownBy(() -> fetch(record))
        .isInstanceOf(BatchFailedException.class)
        .hasMessageContaining("is not ready: 2 of 3 requests are done")
        .hasMessageContaining("nothing was written");
    assertNothingWritten(record);
    assertThat(desk.api.reads).isZero();
  }

  @Test
  void aBatchThatMayNotExistIsNotFetched() throws IOException {
    desk.api.submissions.add(ScriptedBatches.failing(Kind.TRANSIENT, "lost"));
    BatchInput input = desk.input("\"x\"");
    assertThatThrownBy(() -> desk.submission().submit(input, false))
        .isInstanceOf(BatchFailedException.class);
    assertThatThrownBy(() -> fetch(desk.records.find("latest")))
        .isInstanceOf(BatchFailedException.class)
        .hasMessageContaining("nobody knows whether acme has the batch");
    assertThat(desk.api.looks).isZero();
  }

  @Test
  void resultsAreInTheOrderOfTheInputHoweverTheyCome() throws IOException {
    BatchRecord record = desk.submitted("a", "b", "c");
    over(Phase.ENDED, null);
    desk.api.send(answered("c", "C"), answered("a", "A"), answered("b", "B"));
    List<JsonNode> rows = rows(fetch(record));
    assertThat(all(rows, "custom_id")).containsExactly("a", "b", "c");
    assertThat(all(rows, "text")).containsExactly("A", "B", "C");
  }

  @Test
  void aRowTellsAllThatIsKnown() throws IOException {
    BatchRecord record = desk.submitted("a", "b");
    over(Phase.ENDED, null);
    desk.prices = (provider, model, usage) -> Optional.of(new BigDecimal("0.0030"));
    desk.api.send(
        answered("a", "caf\u00e9"),
        new Unanswered("b", Reason.FAILED, "cut off", new Usage(7L, 2L, null, null)));
    Fetched fetched = fetch(record);
    assertThat(Files.readString(fetched.results()))
        .isEqualTo(
            """
            {"custom_id":"a","status":"done","text":"caf\\u00E9","model":"m-1-x","input_tokens":20,"output_tokens":5,"cache_read_tokens":16,"cache_write_tokens":null,"cost_usd":0.0015,"error":null}
            {"custom_id":"b","status":"failed","text":null,"model":"m-1","input_tokens":7,"output_tokens":2,"cache_read_tokens":null,"cache_write_tokens":null,"cost_usd":0.0015,"error":"cut off"}
            """);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fetched.results())))
        .isEqualTo("rw-------");
    assertThat(fetched.summary())
        .isEqualTo(
            new ResultSummary(Map.of("done", 1, "failed", 1), 27, 7, 16, new BigDecimal("0.0030")));
  }

  @Test
  void theAnsweringModelIsPricedUnlessACostIsReported() throws IOException {
    BatchRecord record = desk.submitted("a", "b", "c");
    over(Phase.ENDED, null);
    desk.prices =
        (provider, model, usage) ->
            provider.equals("acme") && "m-1-x".equals(model)
                ? Optional.of(new BigDecimal("4"))
                : Optional.empty();
    desk.api.send(
        answered("a", "A"),
        new Answered("b", new AgentReply("B", "m-1-x", Usage.UNKNOWN, new BigDecimal("0.7"))),
        new Answered("c", new AgentReply("C", null, Usage.of(1, 1), null)));
    List<JsonNode> rows = rows(fetch(record));
    assertThat(rows.get(0).get("cost_usd").decimalValue()).isEqualByComparingTo("2");
    assertThat(rows.get(1).get("cost_usd").decimalValue()).isEqualByComparingTo("0.7");
    assertThat(rows.get(2).get("cost_usd").isNull()).isTrue();
    assertThat(rows.get(2).get("model").stringValue()).isEqualTo("m-1");
  }

  @Test
  void anAnsweringModelWithoutAPriceHasTheOneThatWasAskedFor() throws IOException {
    BatchRecord record = desk.submitted("a", "b");
    over(Phase.ENDED, null);
    desk.prices =
        (provider, model, usage) ->
            "m-1".equals(model) ? Optional.of(new BigDecimal("4")) : Optional.empty();
    desk.api.send(
        answered("a", "A"), new Unanswered("b", Reason.EXPIRED, "too late", Usage.UNKNOWN));
    List<JsonNode> rows = rows(fetch(record));
    assertThat(rows.get(0).get("cost_usd").decimalValue()).isEqualByComparingTo("2");
    assertThat(rows.get(1).get("cost_usd").isNull()).isTrue();
  }

  @Test
  void everyLineHasExactlyOneResultAndStrangersHaveNone() throws IOException {
    BatchRecord record = desk.submitted("a", "b", "c");
    over(Phase.ENDED, null);
    desk.api.send(
        answered("c", "first"),
        answered("stranger", "?"),
        answered("c", "second"),
        answered("", "?"),
        answered("a", "A"));
    Fetched fetched = fetch(record);
    List<JsonNode> rows = rows(fetched);
    assertThat(all(rows, "custom_id")).containsExactly("a", "b", "c");
    assertThat(all(rows, "status")).containsExactly("done", "missing", "done");
    assertThat(all(rows, "text")).containsExactly("A", "null", "first");
    assertThat(rows.get(1).get("error").stringValue()).contains("gave no result");
    assertThat(fetched.unknownResults()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"FAILED,failed", "EXPIRED,expired", "CANCELLED,cancelled"})
  void aBatchThatEndedBadlySaysSoForEachLineWithoutAResult(Phase phase, String status)
      throws IOException {
    BatchRecord record = desk.submitted("a", "b");
    over(phase, "line 1: no such model");
    desk.api.send(answered("b", "B"));
    List<JsonNode> rows = rows(fetch(record));
    assertThat(all(rows, "status")).containsExactly(status, "done");
    assertThat(all(rows, "error")).containsExactly("line 1: no such model", "null");
  }

  @Test
  void questionsThatWereNotRunSayWhy() throws IOException {
    BatchRecord record = desk.submitted("a", "b");
    over(Phase.ENDED, null);
    desk.api.send(
        new Unanswered("a", Reason.EXPIRED, "too late", Usage.UNKNOWN),
        new Unanswered("b", Reason.CANCELLED, "cancelled", Usage.UNKNOWN));
    Fetched fetched = fetch(record);
    assertThat(all(rows(fetched), "status")).containsExactly("expired", "cancelled");
    assertThat(fetched.summary().anyDone()).isFalse();
  }

  @Test
  void fetchingTwiceAsksOnceAndGivesTheSame() throws IOException {
    BatchRecord record = desk.submitted("a");
    over(Phase.ENDED, null);
    desk.api.send(answered("a", "A"));
    Fetched first = fetch(record);
    String text = Files.readString(first.results());

    Fetched second = fetch(desk.records.find(record.id()));

    assertThat(Files.readString(second.results())).isEqualTo(text);
    assertThat(second.summary()).isEqualTo(first.summary());
    assertThat(desk.api.looks).isEqualTo(1);
    assertThat(desk.api.reads).isEqualTo(1);
  }

  private static UsageRecord paid(
      String model, int calls, int unpriced, long input, long output, String cost) {
    LocalDate day = LocalDate.of(2026, 11, 22);
    return new UsageRecord(
        day, "acme", model, calls, unpriced, input, output, 0, 0, new BigDecimal(cost));
  }

  @Test
  void whatWasRunIsCountedByModelAndTheRestIsNot() throws IOException {
    BatchRecord record = desk.submitted("a", "b", "c", "d", "e", "f");
    over(Phase.ENDED, null);
    desk.prices =
        (provider, model, usage) ->
            "big".equals(model) ? Optional.of(new BigDecimal("0.5")) : Optional.empty();
    desk.api.send(
        new Answered("a", new AgentReply("A", "big", Usage.of(10, 1), null)),
        new Answered("b", new AgentReply("B", "big", Usage.of(20, 2), null)),
        new Answered("c", new AgentReply("C", "small", Usage.of(5, 3), null)),
        new Unanswered("d", Reason.EXPIRED, "too late", Usage.UNKNOWN),
        new Unanswered("e", Reason.FAILED, "cut off", Usage.of(7, 4)));

    fetch(record);

    assertThat(desk.billed.get(record.id()))
        .containsExactly(
            paid("big", 2, 0, 30, 3, "0.50"),
            paid("m-1", 1, 1, 7, 4, "0"),
            paid("small", 1, 1, 5, 3, "0"));
  }

  @Test
  void tokensThatWentThroughTheProvidersCacheAreCounted() throws IOException {
    BatchRecord record = desk.submitted("a");
    over(Phase.ENDED, null);
    desk.api.send(
        new Answered("a", new AgentReply("A", "m", new Usage(50L, 5L, 20L, 10L), BigDecimal.ONE)));

    fetch(record);

    UsageRecord bill = desk.billed.getOrDefault(record.id(), List.of()).get(0);
    assertThat(bill.cacheReadTokens()).isEqualTo(20);
    assertThat(bill.cacheWriteTokens()).isEqualTo(10);
  }

  @Test
  void aBatchThatCouldNotBeCountedIsCountedByTheNextFetch() throws IOException {
    BatchRecord record = desk.submitted("a");
    over(Phase.ENDED, null);
    desk.api.send(answered("a", "A"));
    desk.api.send(answered("a", "A"));
    BatchBills working = desk.bills;
    desk.bills =
        (batchId, at, usage) -> {
          throw new BatchFailedException("the disk is full");
        };
    assertThatThrownBy(() -> fetch(record)).hasMessageContaining("the disk is full");
    assertThat(desk.records.find(record.id()).fetchedAt()).isNull();

    desk.bills = working;
    fetch(desk.records.find(record.id()));

    assertThat(desk.billed).containsOnlyKeys(record.id());
  }

  @Test
  void aBatchFetchedBeforeUsageWasCountedIsCountedLater() throws IOException {
    BatchRecord record = desk.submitted("a");
    over(Phase.ENDED, null);
    desk.api.send(answered("a", "A"));
    fetch(record);
    desk.billed.clear();

    fetch(desk.records.find(record.id()));

    assertThat(desk.billed).containsOnlyKeys(record.id());
    assertThat(desk.api.reads).isEqualTo(1);
  }

  @Test
  void resultsThatWereDeletedAreFetchedAgain() throws IOException {
    BatchRecord record = desk.submitted("a");
    over(Phase.ENDED, null);
    desk.api.send(answered("a", "A"));
    desk.api.send(answered("a", "A"));
    Files.delete(fetch(record).results());
    assertThat(all(rows(fetch(desk.records.find(record.id()))), "text")).containsExactly("A");
  }

  @Test
  void resultsThatBreakOffAreAskedForAgainFromTheBeginning() throws IOException {
    BatchRecord record = desk.submitted("a", "b");
    over(Phase.ENDED, null);
    desk.api.sendings.add(sink -> {
      sink.accept(answered("b", "from the first try"));
      throw new AdapterException(Kind.TRANSIENT, "broke off");
    });
    desk.api.send(answered("a", "A"), answered("b", "B"));
    Fetched fetched = fetch(record);
    assertThat(all(rows(fetched), "text")).containsExactly("A", "B");
    assertThat(fetched.unknownResults()).isZero();
    assertThat(desk.pauses).hasSize(1);
  }

  @Test
  void resultsThatKeepBreakingOffAreNotWritten() throws IOException {
    BatchRecord record = desk.submitted("a", "b");
    over(Phase.ENDED, null);
    for (int i = 0; i < 4; i++) {
      desk.api.sendings.add(sink -> {
        sink.accept(answered("a", "A"));
        throw new AdapterException(Kind.TRANSIENT, "broke off");
      });
    }
    assertThatThrownBy(() -> fetch(record))
        .isInstanceOf(BatchFailedException.class)
        .hasMessageContaining("broke off")
        .hasMessageContaining("Nothing was written");
    assertThat(desk.api.reads).isEqualTo(4);
    assertNothingWritten(record);
  }

  @Test
  void resultsWithoutAnEndAreGivenUp() throws IOException {
    BatchRecord record = desk.submitted("a");
    over(Phase.ENDED, null);
    desk.api.sendings.add(sink -> {
      for (int i = 0; i < 1_000_000; i++) {
        sink.accept(answered("stranger-" + i, "?"));
      }
    });
    assertThatThrownBy(() -> fetch(record))
        .hasMessageContaining("more results than there were questions");
    assertNothingWritten(record);
  }

  @Test
  void keysAreTakenOutOfWhateverIsWritten() throws IOException {
    BatchRecord record = desk.submitted("a", "b", "c");
    over(Phase.FAILED, "the key " + BatchDesk.KEY);
    desk.api.send(
        new Answered(
            "a", new AgentReply("is " + BatchDesk.KEY, BatchDesk.KEY, Usage.UNKNOWN, null)),
        new Unanswered("b", Reason.FAILED, "wrong " + BatchDesk.KEY, Usage.UNKNOWN));
    Fetched fetched = fetch(record);
    assertThat(all(rows(fetched), "text").get(0)).isEqualTo("is [redacted:SOME_API_KEY]");
    try (Stream<Path> files = Files.list(directory.resolve("home/batches"))) {
      assertThat(files)
          .hasSize(3)
          .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain(BatchDesk.KEY));
    }
  }

  @Test
  void longAnswersInEveryAlphabetSurviveTheWay() throws IOException {
    BatchRecord record = desk.submitted("a", "b");
    over(Phase.ENDED, null);
    String text = "\u4f60\ud83d\ude00\ud800\"\n".repeat(50_000);
    desk.api.send(answered("b", "short"), answered("a", text));
    assertThat(all(rows(fetch(record)), "text")).containsExactly(text, "short");
  }

  @Test
  void aBatchThatIsOverIsNotAskedForAnyMore() throws IOException {
    BatchRecord record = desk.submitted("a");
    over(Phase.EXPIRED, null);
    BatchRecord seen = desk.fetching().refresh(record, any -> desk.api);
    assertThat(seen.status()).isEqualTo(BatchStatus.EXPIRED);
    assertThat(seen.succeeded()).isEqualTo(3);
    assertThat(desk.records.find("b-1")).isEqualTo(seen);
    assertThat(desk.fetching().refresh(seen, any -> desk.api)).isEqualTo(seen);
    assertThat(desk.api.looks).isEqualTo(1);
  }
}
