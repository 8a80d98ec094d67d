package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.run.RequestedRun;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.RunStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** What programs ask of a run, held to the same rules as the options of {@code run}. */
final class RequestedOptions {

  private final RunStore store;
  private final Providers providers;

  RequestedOptions(RunStore store, Providers providers) {
    this.store = store;
    this.providers = providers;
  }

  /**
   * The options of the run that is asked for.
   *
   * @param earlier the run to resume; null for one that starts afresh
   * @param workspace null for the usual one
   */
  RunOptions of(
      RequestedRun requested, Path script, @Nullable RunRecord earlier, @Nullable Path workspace) {
    List<String> options = new ArrayList<>();
    add(options, "--provider", requested.provider());
    add(options, "--model", requested.model());
    add(options, "--budget-tokens", requested.budgetTokens());
    add(options, "--budget-cost-usd", requested.budgetCostUsd());
    add(options, "--cache-policy", requested.cachePolicy());
    add(options, "--timeout", requested.timeoutSeconds());
    add(options, "--wait-for-limits", seconds(requested.waitForLimitsSeconds()));
    add(options, "--workspace", workspace);
    if (requested.allowUnpriced()) {
      options.add("--allow-unpriced");
    }
    if (requested.approved()) {
      options.add("--yes");
    }
    RunChoices choices = new RunChoices();
    try {
      new CommandLine(choices).parseArgs(options.toArray(String[]::new));
    } catch (CommandLine.ParameterException e) {
      throw new RefusedException(String.valueOf(e.getMessage()), e);
    }
    return earlier == null
        ? choices.fresh(script, providers)
        : choices.resuming(earlier, providers);
  }

  /** The run with this id, or the latest, when it can be resumed. */
  RunRecord resumable(String id) {
    RunRecord earlier = ReadingCommand.run(store, id);
    if (earlier.parentRunId() != null) {
      throw new RefusedException(
          earlier.id() + " is a child run.\nResume its parent, " + earlier.parentRunId() + ".");
    }
    if (earlier.status() == RunStatus.RUNNING) {
      throw new RefusedException(
          earlier.id() + " is still running.\nEnd it first, or wait for its end.");
    }
    return earlier;
  }

  private static @Nullable String seconds(@Nullable Long number) {
    return number == null ? null : number + "s";
  }

  /** As one word, so that no value can be taken for an option. */
  private static void add(List<String> options, String name, @Nullable Object value) {
    if (value != null) {
      options.add(name + "=" + value);
    }
  }
}
