package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.run.Owners;
import dev.agentworkflows.coordinator.run.RunOptions;
import dev.agentworkflows.store.RunStore;
import java.nio.file.Path;
import picocli.CommandLine;

@CommandLine.Command(
    name = "run",
    description = "Run a workflow script.",
    footer = {
      "",
      "Examples:",
      "  owf run examples/hello_workflow.py",
      "  owf run review.py --arg path=src --budget-cost-usd 2"
    })
final class RunCommand extends ScriptFileCommand {

  RunCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int start(Path file, RunOptions options, Providers providers) {
    WorkflowHome where =
        WorkflowHome.forScript(home(), file, environment().variables(), environment().cache());
    Stores.prepare(environment());
    try (RunStore store = RunStore.open(where.database())) {
      Owners.interruptRunsOfTheDead(where, store, environment().clock());
      return new RecordedRun(screen(), environment(), json())
          .run(file, options, where, store, providers, choices().python());
    }
  }
}
