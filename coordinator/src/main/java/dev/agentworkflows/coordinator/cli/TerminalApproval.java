package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.run.Launch;
import dev.agentworkflows.coordinator.run.ScriptMeta;
import java.io.Console;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Locale;

/** Asks on the terminal whether a script may start. */
final class TerminalApproval implements Launch.Approval {

  private final boolean json;

  TerminalApproval(boolean json) {
    this.json = json;
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

  /** Whether this process reads from a terminal and writes to one. */
  static boolean hasTerminal() {
    Console console = System.console();
    return console != null && isTerminal(console);
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
