package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.ShowRun;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.RunRecord;
import picocli.CommandLine;

@CommandLine.Command(name = "events", description = "List what a run logged, in order.")
@Manual(
    description =
        "What the script said with log() and phase(), and what the coordinator has to warn "
            + "of.",
    examples = {"owf events latest", "owf events latest --json"},
    seeAlso = "status")
final class EventsCommand extends RunReadingCommand {

  EventsCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int show(OpenHome home, RunRecord run) {
    Iterable<EventRecord> events = new ShowRun(home).events(run);
    if (json()) {
      screen().json(events, RunJson::of);
    } else {
      for (EventRecord event : events) {
        screen().line(RunLines.of(event));
        screen().requireReader();
      }
    }
    return ExitCode.FINE;
  }
}
