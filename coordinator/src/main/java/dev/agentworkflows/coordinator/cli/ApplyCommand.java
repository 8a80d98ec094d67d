package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.ApplyChanges;
import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.WorktreeJson;
import dev.agentworkflows.coordinator.text.VisibleText;
import picocli.CommandLine;

@CommandLine.Command(
    name = "apply",
    description = "Bring what a call changed into the workspace, as uncommitted changes.")
@Manual(
    description =
        "All of it or nothing: where something does not fit, it says what, and changes "
            + "nothing. The worktree stays; `owf gc` removes it then.",
    examples = "owf apply run_20261122_143201_4f9c1a_call_0003",
    seeAlso = {"diff", "gc", "docs/isolation.md"})
final class ApplyCommand extends ReadingCommand {

  @CommandLine.Parameters(paramLabel = "CALL", description = "A call id.")
  private String call = "";

  ApplyCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  boolean isReadOnly() {
    return false;
  }

  @Override
  int show(OpenHome home) {
    ApplyChanges.Applied applied = new ApplyChanges(home).of(call);
    if (json()) {
      screen().json(WorktreeJson.of(applied));
    } else {
      screen().line("applied to " + applied.workspace() + ":");
      applied.files().forEach(file -> screen().line("  " + VisibleText.line(file)));
      ChangedByLines.of(applied.changedBy()).forEach(line -> screen().line(line));
    }
    if (!applied.notApplied().isEmpty()) {
      screen()
          .note("owf: not applied: " + VisibleText.line(String.join(", ", applied.notApplied())));
    }
    return ExitCode.FINE;
  }
}
