package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ShowChanges;
import dev.agentworkflows.coordinator.app.WorktreeJson;
import dev.agentworkflows.coordinator.text.VisibleText;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

@CommandLine.Command(
    name = "diff",
    description = "Show what a call changed in its worktree, committed or not.")
@Manual(
    description =
        "In git's format, from the commit that the worktree began at. What a patch can't "
            + "carry is named on standard error.",
    examples = {
      "owf diff run_20261122_143201_4f9c1a_call_0003",
      "owf diff run_20261122_143201_4f9c1a_call_0003 | git apply --stat"
    },
    seeAlso = {"apply", "gc", "docs/isolation.md"})
final class DiffCommand extends ReadingCommand {

  private static final String RED = "\u001b[31m";
  private static final String GREEN = "\u001b[32m";
  private static final String CYAN = "\u001b[36m";
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[m";

  @CommandLine.Parameters(paramLabel = "CALL", description = "A call id.")
  private String call = "";

  DiffCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int show(OpenHome home) {
    ShowChanges.Changes changes = new ShowChanges(home).of(call);
    if (json()) {
      screen().json(WorktreeJson.of(changes));
      return ExitCode.FINE;
    }
    if (screen().onTerminal()) {
      colored(new String(changes.diff(), StandardCharsets.UTF_8));
    } else {
      screen().bytes(changes.diff());
    }
    if (!changes.notInDiff().isEmpty()) {
      screen()
          .note(
              "owf: not in this diff: "
                  + VisibleText.uncut(String.join(", ", changes.notInDiff())));
    } else if (changes.isEmpty()) {
      screen().note("owf: " + changes.worktree().callId() + " changed no file.");
    }
    ChangedByLines.of(changes.changedBy()).forEach(line -> screen().note("owf: " + line));
    return ExitCode.FINE;
  }

  /** Colours of our own: a file's control characters must not reach the terminal. */
  private void colored(String patch) {
    boolean color = environment().variables().getOrDefault("NO_COLOR", "").isEmpty();
    patch
        .lines()
        .forEach(line -> {
          String visible = VisibleText.uncut(line);
          String style = color ? style(line) : "";
          screen().text(style.isEmpty() ? visible + "\n" : style + visible + PLAIN + "\n");
        });
  }

  private static String style(String line) {
    if (line.startsWith("diff ") || line.startsWith("--- ") || line.startsWith("+++ ")) {
      return BOLD;
    }
    if (line.startsWith("@@")) {
      return CYAN;
    }
    return line.startsWith("+") ? GREEN : line.startsWith("-") ? RED : "";
  }
}
