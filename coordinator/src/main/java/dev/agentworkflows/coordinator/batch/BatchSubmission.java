package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.coordinator.BatchRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.batch.BatchRecord.Asked;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.BatchState;
import dev.agentworkflows.spi.FoundBatch;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Hands a file over to a provider, and never twice: the record is on the disk before anything is
 * sent, and a submission of which nobody knows how it ended is looked up, not repeated.
 */
public final class BatchSubmission {

  private static final Set<Kind> NOTHING_MADE =
      EnumSet.of(
          Kind.NOT_SENT,
          Kind.RATE_LIMITED,
          Kind.USAGE_LIMITED,
          Kind.EXHAUSTED,
          Kind.UNAVAILABLE,
          Kind.REFUSED,
          Kind.PERMANENT);

  private final BatchRecords records;
  private final String provider;
  private final BatchApi api;
  private final BlockingRetry patience;
  private final Redactor redactor;
  private final Clock clock;
  private final RandomGenerator random;

  public BatchSubmission(
      BatchRecords records,
      String provider,
      BatchApi api,
      BlockingRetry patience,
      Redactor redactor,
      Clock clock,
      RandomGenerator random) {
    this.records = records;
    this.provider = provider;
    this.api = api;
    this.patience = patience;
    this.redactor = redactor;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Submits the questions, or finds the batch that an earlier try has made of them.
   *
   * @param again whether they are to be paid for once more
   * @throws RefusedException when they were submitted already
   * @throws BatchFailedException when there is no batch, or nobody knows
   */
  public BatchRecord submit(BatchInput input, boolean again) {
    record Begun(BatchRecord record, boolean fresh) {}
    Begun begun =
        onDisk(() ->
            records.alone(() -> {
              Optional<BatchRecord> earlier = again ? Optional.empty() : earlier(input);
              return earlier.isPresent()
                  ? new Begun(earlier.get(), false)
                  : new Begun(records.save(fresh(input)), true);
            }));
    if (begun.fresh()) {
      return send(begun.record(), input);
    }
    if (begun.record().status() != BatchStatus.SUBMITTING) {
      throw new RefusedException(submittedBefore(begun.record()));
    }
    return lookedUp(begun.record(), "its submission came to no known end");
  }

  /** Takes a batch that a person found at the provider for that of an earlier try. */
  public BatchRecord adopt(BatchInput input, String providerBatchId) {
    BatchRecord lost =
        earlier(input)
            .filter(record -> record.status() == BatchStatus.SUBMITTING)
            .orElseThrow(() -> new RefusedException(new BatchRefusal.NothingInDoubt(input.file())));
    if (isKnown(providerBatchId)) {
      throw new RefusedException(new BatchRefusal.OfAnotherSubmission(providerBatchId));
    }
    BatchState state;
    try {
      state = patience.idempotent(() -> api.state(providerBatchId));
    } catch (AdapterException e) {
      throw new BatchFailedException(
          "cannot look at " + providerBatchId + ": " + e.getMessage(), e);
    }
    if (state.total() != 0 && state.total() != input.items().size()) {
      throw new RefusedException(
          new BatchRefusal.OfAnotherSize(providerBatchId, state.total(), input.items().size()));
    }
    return submitted(lost, providerBatchId);
  }

  private Optional<BatchRecord> earlier(BatchInput input) {
    String sha256 = input.sha256(provider);
    return records.all().stream()
        .filter(record -> record.provider().equals(provider))
        .filter(record -> record.inputSha256().equals(sha256))
        .findFirst();
  }

  private boolean isKnown(String providerBatchId) {
    return records.all().stream()
        .filter(record -> record.provider().equals(provider))
        .anyMatch(record -> providerBatchId.equals(record.providerBatchId()));
  }

  private BatchRecord fresh(BatchInput input) {
    Instant now = now();
    return new BatchRecord(
        BatchRecords.newId(now, random),
        provider,
        null,
        BatchStatus.SUBMITTING,
        input.file(),
        input.sha256(provider),
        input.items().stream().map(item -> new Asked(item.customId(), item.model())).toList(),
        now,
        null,
        0,
        0,
        null,
        null);
  }

  private BatchRecord send(BatchRecord record, BatchInput input) {
    String id;
    try {
      id = patience.nonIdempotent(() -> api.submit(record.id(), input.items()));
    } catch (AdapterException e) {
      String told = redactor.redact(String.valueOf(e.getMessage()));
      if (NOTHING_MADE.contains(e.kind())) {
        onDisk(() -> {
          records.remove(record);
          return record;
        });
        throw new BatchFailedException("no batch was made, and nothing is to be paid: " + told, e);
      }
      return lookedUp(onDisk(() -> records.save(record.troubled(told))), told);
    }
    return submitted(record, id);
  }

  private BatchRecord submitted(BatchRecord record, String providerBatchId) {
    try {
      return records.save(record.submitted(providerBatchId, now()));
    } catch (IOException e) {
      throw new BatchFailedException(
          new BatchRefusal.MadeNotRecorded(
              provider, providerBatchId, record.inputFile(), FileErrors.reason(e)),
          e);
    }
  }

  /** The batch, when the provider can say that it is the one; nothing is sent in any case. */
  private BatchRecord lookedUp(BatchRecord record, String why) {
    List<FoundBatch> found;
    try {
      found =
          patience
              .idempotent(() -> api.find(record.id(), record.createdAt(), record.requests().size()))
              .stream()
              .filter(batch -> !isKnown(batch.id()))
              .toList();
    } catch (AdapterException e) {
      String told = redactor.redact(String.valueOf(e.getMessage()));
      throw unknown(record, why, provider + " can't be asked for it now: " + told, null);
    }
    Optional<FoundBatch> certain = found.stream().filter(FoundBatch::certain).findFirst();
    if (certain.isPresent()) {
      return submitted(record, certain.get().id());
    }
    if (found.isEmpty()) {
      throw unknown(record, why, provider + " lists no batch that could be it, as yet", null);
    }
    FoundBatch newest = found.get(0);
    throw unknown(
        record,
        why,
        "%s lists %d that could be it, the newest %s (made %s)"
            .formatted(provider, found.size(), newest.id(), newest.createdAt()),
        newest.id());
  }

  private BatchFailedException unknown(
      BatchRecord record, String why, String lookup, @Nullable String candidate) {
    return new BatchFailedException(
        new BatchRefusal.InDoubt(
            provider,
            record.id(),
            record.createdAt(),
            why + "; " + lookup,
            record.inputFile(),
            candidate),
        null);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  private static BatchRefusal submittedBefore(BatchRecord record) {
    return new BatchRefusal.AlreadySubmitted(
        record.inputFile(),
        record.provider(),
        record.submittedAt(),
        record.id(),
        record.status().label());
  }

  private interface DiskWork<T> {
    T run() throws IOException;
  }

  private static <T> T onDisk(DiskWork<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new RefusedException(new BatchRefusal.NotRecorded(FileErrors.reason(e)), e);
    }
  }
}
