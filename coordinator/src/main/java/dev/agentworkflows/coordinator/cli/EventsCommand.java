package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(name = "events", description = "List what a run logged, in order.")
@Manual(
    description =
        "What the script said with log() and phase(), and what the coordinator has to warn "
            + "of.",
    examples = {"owf events latest", "owf events latest --json"},
    seeAlso = "status")
final class EventsCommand extends RunReadingCommand {

  EventsCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int look(RunStore store, RunRecord run) {
    List<EventRecord> events = store.events(run.id(), 0, Integer.MAX_VALUE);
    if (json()) {
      screen().json(RunJson.list(events, RunJson::of));
    } else {
      events.forEach(event -> screen().line(RunLines.of(event)));
    }
    return ExitCode.FINE;
  }
}
