package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.script.PreparedRun;
import dev.agentworkflows.coordinator.app.script.ScriptRuntime;
import dev.agentworkflows.coordinator.app.script.StartRun;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import picocli.CommandLine;

@CommandLine.Command(name = "run", description = "Run a workflow script.")
@Manual(
    description = {
      "Starts a coordinator of its own, runs the script in your Python, records every "
          + "call in the home, and ends. Read-only calls that were answered before are "
          + "answered from memory; the others are paid for.",
      "Ctrl-C ends the run as cancelled, and `owf resume latest` goes on where it "
          + "stopped. The script has your rights: there is no sandbox."
    },
    examples = {
      "# offline, with the provider `fake`",
      "owf run examples/hello_workflow.py",
      "owf run review.py --provider claude --arg path=src --budget-cost-usd 2",
      "owf run review.py --args-json '{\"files\": [\"a.py\", \"b.py\"]}' --json",
      "# after `owf up`: goes on when the terminal is closed",
      "owf run review.py --detach"
    },
    exitCodes = {
      "1 The run failed.",
      "3 The budget was exceeded.",
      "130 Ended by Ctrl-C.",
      "143 Ended by SIGTERM."
    },
    seeAlso = {"resume", "status", "report", "docs/scripting.md"})
final class RunCommand extends ScriptFileCommand {

  @CommandLine.Option(
      names = "--detach",
      description = "Print the run's id and return; it goes on in the coordinator of `owf up`.")
  private boolean detach;

  RunCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int start(StartRun.Request request, ScriptRuntime runtime) {
    PreparedRun prepared = new StartRun(runtime).prepare(request);
    WorkflowHome where = environment().homes().forScript(home(), prepared.script());
    try (RunOnScreen run = begin(prepared, detach);
        OpenHome opened = OpenHome.open(where, environment(), screen()::redactor)) {
      return run.carry(opened);
    }
  }
}
