package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.ChangedBy;
import dev.agentworkflows.coordinator.text.VisibleText;
import java.util.List;

/** Which calls changed what of a worktree, for people. */
final class ChangedByLines {

  private static final int MAX_NAMED = 20;

  private ChangedByLines() {}

  /** Nothing where all of it is one call's. */
  static List<String> of(List<ChangedBy> changes) {
    return changes.size() < 2 ? List.of() : changes.stream().map(ChangedByLines::line).toList();
  }

  private static String line(ChangedBy change) {
    List<String> files = change.files();
    String named =
        String.join(", ", files.stream().limit(MAX_NAMED).toList())
            + (files.size() > MAX_NAMED ? " and %d more".formatted(files.size() - MAX_NAMED) : "");
    String who =
        change.callId() == null
            ? "changed by no call that ended"
            : "changed by "
                + change.callId()
                + (change.label() == null ? "" : " (" + change.label() + ")");
    return VisibleText.uncut(who + ": " + named);
  }
}
