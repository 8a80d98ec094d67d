package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.batch.BatchFetching.Fetched;
import dev.agentworkflows.coordinator.batch.BatchJson;
import dev.agentworkflows.coordinator.batch.ResultSummary;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import tools.jackson.databind.node.ObjectNode;

@CommandLine.Command(
    name = "batch fetch",
    description = "Bring a batch's results home: JSON Lines in the order of its input.")
@Manual(
    description =
        "Each line has custom_id, status (done, failed, expired, cancelled, missing), "
            + "text, model, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, "
            + "cost_usd, error. What they cost is in `usage` from the first fetch on.",
    examples = {"owf batch fetch latest", "owf batch fetch latest --out answers.jsonl"},
    exitCodes = "1 The batch is not ready, or no request was answered.",
    seeAlso = {"batch status", "usage", "docs/batches.md"})
final class BatchFetchCommand extends BatchCommand {

  @CommandLine.Parameters(
      paramLabel = "ID",
      description = "A batch's id, its id at the provider, or `latest`.")
  private String id = "";

  @CommandLine.Option(
      names = "--out",
      paramLabel = "F",
      description = "Write a copy of the results there. Default: standard output alone.")
  private @Nullable Path out;

  BatchFetchCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int run(Providers providers) {
    Path copy = out == null ? null : out.toAbsolutePath().normalize();
    if (copy != null) {
      refuseUnlessWritable(copy);
    }
    Fetched fetched = fetching(providers).fetch(id);
    if (copy != null) {
      copy(fetched.results(), copy);
    }
    if (fetched.unknownResults() > 0) {
      screen()
          .note(
              "owf: the provider sent %d results that are for no line of the input, or came twice; they were left out."
                  .formatted(fetched.unknownResults()));
    }
    print(fetched, copy == null ? fetched.results() : copy);
    return fetched.summary().anyDone() ? ExitCode.FINE : ExitCode.FAILED;
  }

  private static void refuseUnlessWritable(Path copy) {
    Path parent = copy.getParent();
    if (Files.isDirectory(copy) || parent == null || !Files.isDirectory(parent)) {
      throw new RefusedException(
          "cannot write to "
              + copy
              + ": "
              + (Files.isDirectory(copy) ? "it is a directory" : "there is no such directory")
              + ".\nName a file with --out.");
    }
  }

  private static void copy(Path results, Path copy) {
    try {
      PrivateFiles.writeDurably(copy, file -> Files.copy(results, file));
    } catch (IOException e) {
      throw new RefusedException(
          "cannot write to "
              + copy
              + ": "
              + FileErrors.reason(e)
              + ".\nThe results are in "
              + results
              + ".",
          e);
    }
  }

  private void print(Fetched fetched, Path where) {
    ResultSummary summary = fetched.summary();
    if (json()) {
      ObjectNode document = BatchJson.shown(fetched.record());
      document.put("results", where.toString());
      ObjectNode counts = document.putObject("counts");
      summary.counts().forEach(counts::put);
      document.put("input_tokens", summary.inputTokens());
      document.put("output_tokens", summary.outputTokens());
      document.put("cache_read_tokens", summary.cacheReadTokens());
      document.put("cost_usd", summary.costUsd());
      screen().json(document);
      return;
    }
    String counts =
        summary.counts().entrySet().stream()
            .map(count -> count.getValue() + " " + count.getKey())
            .collect(Collectors.joining(", "));
    screen().line(where + ": " + counts);
    screen()
        .line(
            "%d tokens in (%d cached), %d out, %s"
                .formatted(
                    summary.inputTokens(),
                    summary.cacheReadTokens(),
                    summary.outputTokens(),
                    summary.costUsd() == null
                        ? "cost not known"
                        : "$" + summary.costUsd().stripTrailingZeros().toPlainString()));
  }
}
