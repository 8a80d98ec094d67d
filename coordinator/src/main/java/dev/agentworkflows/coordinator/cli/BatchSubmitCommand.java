package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.batch.SubmitBatch;
import dev.agentworkflows.coordinator.batch.BatchJson;
import dev.agentworkflows.coordinator.batch.BatchRecord;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

@CommandLine.Command(
    name = "batch submit",
    description = "Hand a file of prompts to a provider as one batch, for half the price.")
@Manual(
    description =
        "FILE is JSON Lines: each line a prompt as a JSON string, or an object with prompt "
            + "and perhaps custom_id, model, system, max_tokens. A file is sent once: another "
            + "time only with --again.",
    examples = "owf batch submit prompts.jsonl --provider anthropic",
    exitCodes = "1 The provider did not take it.",
    seeAlso = {"batch status", "batch fetch", "docs/batches.md"})
final class BatchSubmitCommand extends BatchCommand {

  @CommandLine.Parameters(paramLabel = "FILE", description = "The prompts.")
  private Path file = Path.of("");

  @CommandLine.Option(
      names = "--provider",
      paramLabel = "P",
      required = true,
      description = "Whose batch API.")
  private String provider = "";

  @CommandLine.Option(
      names = "--model",
      paramLabel = "M",
      description = "The model of lines that name none. Default: the provider's.")
  private @Nullable String model;

  @CommandLine.Option(
      names = "--again",
      description = "Send a file that was submitted before, and pay for it once more.")
  private boolean again;

  @CommandLine.Option(
      names = "--adopt",
      paramLabel = "ID",
      description =
          "Send nothing: the submission that came to no known end made this batch of the"
              + " provider's. Default: the file is sent.")
  private @Nullable String adopt;

  BatchSubmitCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int run(Providers providers) {
    if (again && adopt != null) {
      throw new RefusedException("--again sends the file, and --adopt does not: pass one of them.");
    }
    SubmitBatch.Prepared prepared =
        new SubmitBatch(environment(), providers)
            .prepare(new SubmitBatch.Request(file, provider, model, sending()));
    WorkflowHome home = homeToKeep(file);
    BatchRecord record = prepared.submit(home);
    print(record, home);
    return ExitCode.FINE;
  }

  private SubmitBatch.Sending sending() {
    if (adopt != null) {
      return new SubmitBatch.Sending.Adopted(adopt);
    }
    return again ? new SubmitBatch.Sending.Again() : new SubmitBatch.Sending.Once();
  }

  private void print(BatchRecord record, WorkflowHome home) {
    if (json()) {
      screen().json(BatchJson.shown(record));
      return;
    }
    screen()
        .line(
            "%s: %s has %d requests as %s"
                .formatted(
                    record.id(),
                    record.provider(),
                    record.requests().size(),
                    record.providerBatchId()));
    String where = isAnotherHome(home) ? " --home " + home.directory() : "";
    screen().note("`owf batch status " + record.id() + where + "` tells how far it is.");
  }
}
