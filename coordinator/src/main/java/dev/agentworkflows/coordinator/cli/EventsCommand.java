package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import picocli.CommandLine;

@CommandLine.Command(name = "events", description = "List what a run logged, in order.")
final class EventsCommand extends ReadingCommand {

  EventsCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @CommandLine.Parameters(paramLabel = "RUN", description = "A run id, or latest.")
  private String run = LATEST;

  @Override
  int look(RunStore store, WorkflowHome where) {
    List<EventRecord> events = store.events(run(store, run).id(), 0, Integer.MAX_VALUE);
    if (json()) {
      screen().json(RunJson.list(events, RunJson::of));
    } else {
      events.forEach(event -> screen().line(RunLines.of(event)));
    }
    return ExitCode.FINE;
  }
}
