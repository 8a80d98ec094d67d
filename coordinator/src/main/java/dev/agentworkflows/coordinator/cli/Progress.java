package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.coordinator.shim.ScriptOutput;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.EventType;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What people see on standard error while a run goes on: lines that are drawn again and again on a
 * terminal, plain lines elsewhere, nothing where JSON is asked for. Until it is closed.
 */
abstract class Progress implements AutoCloseable {

  /** Other events are shown in another way. */
  private static final Set<EventType> SHOWN_AS_LINES =
      EnumSet.of(EventType.PHASE, EventType.LOG, EventType.WARNING, EventType.APPROVAL);

  /**
   * Shows this run from now on.
   *
   * @param view asked a few times a second at most, on a thread of its own; empty while there is
   *     nothing to show
   */
  abstract void watch(Supplier<Optional<RunSnapshot>> view);

  /** An event of the run; never blocks on the screen. */
  final void event(EventType type, String message) {
    if (SHOWN_AS_LINES.contains(type) && (type != EventType.PHASE || showsPhase(message))) {
      line(type.label() + ": " + VisibleText.line(message));
    }
  }

  /** Whether a phase is worth a line; asked for each that is entered. */
  boolean showsPhase(String phase) {
    return true;
  }

  abstract void line(String line);

  /** Shows a text as it is, after which a person may type. */
  abstract void prompt(String text);

  /** Where what the script prints goes, so that nothing tears what is drawn. */
  abstract ScriptOutput scriptOutput();

  @Override
  public abstract void close();
}
