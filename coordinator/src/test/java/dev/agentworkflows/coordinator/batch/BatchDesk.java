package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.limit.RetryPolicy;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.testing.TestHome;
import dev.agentworkflows.store.UsageRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** All that batches need around them, in a directory of a test's. */
final class BatchDesk {

  static final String KEY = "skdesk0123456789abcdef";

  final ScriptedBatches api = new ScriptedBatches();
  final List<Duration> pauses = new ArrayList<>();
  final Redactor redactor = new Redactor(Map.of("SOME_API_KEY", KEY));
  final BatchRecords records;
  final Path directory;
  BatchPrices prices = BatchPrices.NONE;

  /** What was counted, as the store does it: once for each batch. */
  final Map<String, List<UsageRecord>> billed = new HashMap<>();

  BatchBills bills = (batchId, at, usage) -> billed.putIfAbsent(batchId, usage);

  private final BlockingRetry patience =
      new BlockingRetry(new RetryPolicy(new Random(1)), pauses::add);
  private final Clock clock = new Ticking();

  BatchDesk(Path directory) {
    this.directory = directory;
    this.records = new BatchRecords(TestHome.at(directory.resolve("home")));
  }

  /** A second later each time it is looked at: records sort by their time. */
  private static final class Ticking extends Clock {
    private Instant now = Instant.parse("2026-11-22T14:32:00Z");

    @Override
    public Instant instant() {
      now = now.plusSeconds(1);
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("prompts.jsonl"), String.join("\n", lines));
  }

  InputLine rules(@Nullable String model) {
    return new InputLine(model, false, redactor);
  }

  BatchInput input(String... lines) throws IOException {
    return BatchInput.read(file(lines), rules("m-1"));
  }

  BatchSubmission submission() {
    return new BatchSubmission(records, "acme", api, patience, redactor, clock, new Random(2));
  }

  BatchFetching fetching() {
    return new BatchFetching(records, prices, bills, patience, redactor, clock);
  }

  /** A batch that the provider has, of questions with these ids. */
  BatchRecord submitted(String... ids) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String id : ids) {
      lines.add("{\"prompt\": \"about " + id + "\", \"custom_id\": \"" + id + "\"}");
    }
    api.submissions.add(() -> "b-1");
    return submission().submit(input(lines.toArray(String[]::new)), false);
  }
}
