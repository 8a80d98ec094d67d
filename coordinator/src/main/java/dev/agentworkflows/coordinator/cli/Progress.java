package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.progress.RunView;
import dev.agentworkflows.coordinator.report.VisibleText;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What people see on standard error while a run goes on: lines that are drawn again and again on a
 * terminal, plain lines elsewhere, nothing where JSON is asked for. Until it is closed.
 */
abstract sealed class Progress implements AutoCloseable
    permits LiveProgress, PlainProgress, Progress.None {

  /** Other events are shown in another way. */
  private static final Set<String> SHOWN_AS_LINES = Set.of("phase", "log", "warning");

  /**
   * As it suits the screen, unless {@code OWF_PROGRESS=plain} says that a terminal is a script's
   * own.
   */
  static Progress on(Screen screen, boolean json, Map<String, String> environment) {
    if (json) {
      return new None();
    }
    boolean plain = "plain".equals(environment.get("OWF_PROGRESS"));
    return screen.drawsOn(environment) && !plain
        ? new LiveProgress(screen, environment)
        : new PlainProgress(screen);
  }

  /**
   * Shows this run from now on.
   *
   * @param view asked a few times a second at most, on a thread of its own; empty while there is
   *     nothing to show
   */
  abstract void watch(Supplier<Optional<RunView>> view);

  /** An event of the run; never blocks on the screen. */
  final void event(String type, String message) {
    if (SHOWN_AS_LINES.contains(type) && (!type.equals("phase") || tellsOf(message))) {
      line(type + ": " + VisibleText.line(message));
    }
  }

  /** Whether a phase is worth a line; asked for each that is entered. */
  boolean tellsOf(String phase) {
    return true;
  }

  abstract void line(String line);

  /** Where what the script prints goes, so that nothing tears what is drawn. */
  abstract ScriptOutput scriptOutput();

  @Override
  public abstract void close();

  /** Nobody looks. */
  static final class None extends Progress {

    @Override
    void watch(Supplier<Optional<RunView>> view) {}

    @Override
    void line(String line) {}

    @Override
    ScriptOutput scriptOutput() {
      return ScriptOutput.ours(true);
    }

    @Override
    public void close() {}
  }
}
