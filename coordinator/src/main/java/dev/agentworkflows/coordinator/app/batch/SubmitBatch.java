package dev.agentworkflows.coordinator.app.batch;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.batch.BatchInput;
import dev.agentworkflows.coordinator.batch.BatchRecord;
import dev.agentworkflows.coordinator.batch.BatchRecords;
import dev.agentworkflows.coordinator.batch.BatchSubmission;
import dev.agentworkflows.coordinator.batch.InputLine;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.spi.BatchApi;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Hands a file of prompts to a provider as one batch. */
public final class SubmitBatch {

  /** What is done with the file. */
  public sealed interface Sending {
    /** It is sent, unless it was before. */
    record Once() implements Sending {}

    /** It is sent and paid for, whatever was sent before. */
    record Again() implements Sending {}

    /**
     * It is not sent: its submission came to no known end, and made this batch.
     *
     * @param providerBatch the provider's id
     */
    record Adopted(String providerBatch) implements Sending {}
  }

  /**
   * A batch that is asked for.
   *
   * @param model of lines that name none; null for the provider's
   */
  public record Request(Path file, String provider, @Nullable String model, Sending sending) {}

  /** A batch that can be submitted: all lines make sense, and the provider takes batches. */
  public final class Prepared {
    private final Request request;
    private final String provider;
    private final BatchApi api;
    private final BatchInput input;

    private Prepared(Request request, String provider, BatchApi api, BatchInput input) {
      this.request = request;
      this.provider = provider;
      this.api = api;
      this.input = input;
    }

    /**
     * Blocks.
     *
     * @param home where it is recorded
     */
    public BatchRecord submit(WorkflowHome home) {
      BatchSubmission submission =
          new BatchSubmission(
              new BatchRecords(home),
              provider,
              api,
              BatchProviders.patience(),
              providers.redactor(),
              environment.clock(),
              new SecureRandom());
      return request.sending() instanceof Sending.Adopted adopted
          ? submission.adopt(input, adopted.providerBatch())
          : submission.submit(input, request.sending() instanceof Sending.Again);
    }
  }

  private final Environment environment;
  private final Providers providers;

  public SubmitBatch(Environment environment, Providers providers) {
    this.environment = environment;
    this.providers = providers;
  }

  /** Checks what is asked for; sends nothing. */
  public Prepared prepare(Request request) {
    BatchProviders known = new BatchProviders(providers);
    Provider whose = known.named(request.provider());
    BatchApi api = known.api(whose);
    String model = request.model();
    String usual = model == null || model.isBlank() ? whose.defaultModel() : model;
    BatchInput input =
        BatchInput.read(
            request.file(),
            new InputLine(usual, usual == null && whose.needsModel(), providers.redactor()));
    return new Prepared(request, whose.name(), api, input);
  }
}
