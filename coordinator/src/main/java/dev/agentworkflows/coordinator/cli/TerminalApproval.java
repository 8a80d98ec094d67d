package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.approval.ApprovalText;
import dev.agentworkflows.coordinator.approval.OpenQuestion;
import dev.agentworkflows.coordinator.progress.Terminal;
import dev.agentworkflows.coordinator.progress.TypedLines;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.ScriptMeta;
import dev.agentworkflows.coordinator.text.VisibleText;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks on the terminal: whether a script may start, and what it asks then. */
final class TerminalApproval implements RunHandle.Approval {

  private final boolean json;
  private final Terminal terminal;
  private final Progress progress;
  private @Nullable TerminalQuestions questions;

  /**
   * @param json where a document is asked for, nobody is
   */
  TerminalApproval(boolean json, Terminal terminal, Progress progress) {
    this.json = json;
    this.terminal = terminal;
    this.progress = progress;
  }

  @Override
  public void ask(ScriptMeta meta) {
    String name = meta.name() == null ? "this workflow" : "'" + meta.name() + "'";
    TypedLines typed =
        typed()
            .orElseThrow(() ->
                new RefusedException(
                    name
                        + " requires approval, and there is no terminal to ask on.\n"
                        + "Pass --yes to approve it beforehand."));
    String does = meta.mutatesFiles() ? " It says that it changes files." : "";
    progress.prompt(
        "%s requires approval.%s Start it? [y/N] ".formatted(VisibleText.uncut(name), does));
    if (!answer(typed).strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      throw new RefusedException("not approved: " + name + " was not started.");
    }
  }

  private static String answer(TypedLines typed) {
    try {
      String line = typed.read();
      return line == null ? "" : line;
    } catch (IOException e) {
      return "";
    }
  }

  /** Elsewhere than on a terminal the run waits until somebody answers from outside. */
  @Override
  public synchronized void waiting(OpenQuestion question) {
    progress.line("answer with: " + ApprovalText.command(question.asked()));
    if (questions == null) {
      Optional<TypedLines> typed = typed();
      if (typed.isEmpty()) {
        return;
      }
      questions = new TerminalQuestions(typed.get(), progress::prompt);
    }
    questions.ask(question);
  }

  private Optional<TypedLines> typed() {
    return json ? Optional.empty() : terminal.typed();
  }
}
