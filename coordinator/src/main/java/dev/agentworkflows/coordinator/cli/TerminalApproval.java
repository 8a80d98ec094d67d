package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.approval.ApprovalText;
import dev.agentworkflows.coordinator.approval.OpenQuestion;
import dev.agentworkflows.coordinator.run.RunHandle;
import dev.agentworkflows.coordinator.run.ScriptMeta;
import java.io.Console;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.Charset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Asks on the terminal: whether a script may start, and what it asks then. */
final class TerminalApproval implements RunHandle.Approval {

  private final boolean json;
  private final Progress progress;
  private @Nullable TerminalQuestions questions;

  TerminalApproval(boolean json, Progress progress) {
    this.json = json;
    this.progress = progress;
  }

  @Override
  public void ask(ScriptMeta meta) {
    String name = meta.name() == null ? "this workflow" : "'" + meta.name() + "'";
    Console console = System.console();
    if (json || console == null || !isTerminal(console)) {
      throw new RefusedException(
          name
              + " requires approval, and there is no terminal to ask on.\nPass --yes to approve it beforehand.");
    }
    String does = meta.mutatesFiles() ? " It says that it changes files." : "";
    String answer = console.readLine("%s requires approval.%s Start it? [y/N] ", name, does);
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      throw new RefusedException("not approved: " + name + " was not started.");
    }
  }

  /** Elsewhere than on a terminal the run waits until somebody answers from outside. */
  @Override
  public synchronized void waiting(OpenQuestion question) {
    progress.line("answer with: " + ApprovalText.command(question.asked()));
    if (questions == null) {
      Console console = System.console();
      if (json || console == null || !isTerminal(console)) {
        return;
      }
      // Not the console's reader, which does not know whether a line was typed.
      Reader typed = new InputStreamReader(System.in, Charset.defaultCharset());
      questions = new TerminalQuestions(typed, progress::prompt);
    }
    questions.ask(question);
  }

  /** From JDK 22 on there is a console off a terminal as well, which says so itself. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean)
          MethodHandles.publicLookup()
              .findVirtual(Console.class, "isTerminal", MethodType.methodType(boolean.class))
              .invoke(console);
    } catch (Throwable beforeJava22) {
      return true;
    }
  }
}
