package dev.agentworkflows.coordinator.batch;

import dev.agentworkflows.spi.BatchState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a batch. Holds no prompts: the file that they came from is the user's.
 *
 * @param id ours; also the reference that the provider keeps, where it can
 * @param providerBatchId the provider's; null while it is not known
 * @param inputSha256 of the questions as they were sent, and of whom
 * @param requests in the order of the input
 * @param succeeded as the provider last counted
 * @param failed as the provider last counted
 * @param problem what was last said to be wrong; null for nothing
 * @param fetchedAt when all results were written; null while they are not
 */
public record BatchRecord(
    String id,
    String provider,
    @Nullable String providerBatchId,
    BatchStatus status,
    Path inputFile,
    String inputSha256,
    List<Asked> requests,
    Instant createdAt,
    @Nullable Instant submittedAt,
    long succeeded,
    long failed,
    @Nullable String problem,
    @Nullable Instant fetchedAt) {

  /**
   * One question, by what its result needs.
   *
   * @param model null for the provider's own choice
   */
  public record Asked(String customId, @Nullable String model) {}

  public BatchRecord {
    requests = List.copyOf(requests);
  }

  /** The provider has it, under this id. */
  BatchRecord submitted(String newProviderBatchId, Instant at) {
    return new BatchRecord(
        id,
        provider,
        newProviderBatchId,
        BatchStatus.IN_PROGRESS,
        inputFile,
        inputSha256,
        requests,
        createdAt,
        at,
        0,
        0,
        null,
        null);
  }

  /** Looked at. */
  BatchRecord seen(BatchState state, @Nullable String newProblem) {
    return with(
        BatchStatus.of(state.phase()), state.succeeded(), state.failed(), newProblem, fetchedAt);
  }

  /** Something went wrong, and the status is what it was. */
  BatchRecord troubled(String newProblem) {
    return with(status, succeeded, failed, newProblem, fetchedAt);
  }

  /** Its results are written. */
  BatchRecord fetched(Instant at) {
    return with(status, succeeded, failed, problem, at);
  }

  private BatchRecord with(
      BatchStatus newStatus,
      long newSucceeded,
      long newFailed,
      @Nullable String newProblem,
      @Nullable Instant newFetchedAt) {
    return new BatchRecord(
        id,
        provider,
        providerBatchId,
        newStatus,
        inputFile,
        inputSha256,
        requests,
        createdAt,
        submittedAt,
        newSucceeded,
        newFailed,
        newProblem,
        newFetchedAt);
  }
}
