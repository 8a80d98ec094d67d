package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.HomeRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.StartTrace;
import dev.agentworkflows.coordinator.adapter.Providers;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.app.script.PreparedRun;
import dev.agentworkflows.coordinator.app.script.ResumeRun;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.nio.file.Files;
import picocli.CommandLine;

@CommandLine.Command(
    name = "resume",
    description = "Run a run's script again, and pay only for what is missing.")
@Manual(
    description =
        "A new run of the same script, arguments, workspace, provider, model, budgets and "
            + "cache policy; each can be overridden. Read-only calls that ended `done` are "
            + "answered from memory, also when the script has changed around them.",
    examples = {
      "owf resume latest",
      "# after a budget was exceeded: the new total of all attempts",
      "owf resume latest --budget-tokens 500000"
    },
    exitCodes = {
      "1 The run failed.",
      "3 The budget was exceeded.",
      "130 Ended by Ctrl-C.",
      "143 Ended by SIGTERM."
    },
    seeAlso = {"run", "explain-cache", "docs/concepts.md"})
final class ResumeCommand extends ScriptCommand {

  @CommandLine.Option(
      names = "--detach",
      description = "Print the run's id and return; it goes on in the coordinator of `owf up`.")
  private boolean detach;

  @CommandLine.Parameters(paramLabel = "RUN", description = "A run id, or latest.")
  private String run = RunLookup.LATEST;

  ResumeCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  public Integer call() {
    StartTrace.reached("the command line is read");
    WorkflowHome where = environment().homes().existing(home());
    // One that can't be told of is opened, which says why.
    if (Files.notExists(where.database())) {
      throw new RefusedException(new HomeRefusal.NoRuns(where.directory()));
    }
    try (Providers providers = providers();
        OpenHome opened = OpenHome.open(where, environment(), screen()::redactor)) {
      PreparedRun prepared =
          new ResumeRun(runtime(providers), opened).prepare(choices().resuming(run));
      try (RunOnScreen resumed = begin(prepared, detach)) {
        return resumed.carry(opened);
      }
    }
  }
}
