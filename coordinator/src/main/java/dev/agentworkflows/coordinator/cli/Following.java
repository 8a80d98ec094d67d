package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.FollowRun;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.util.Optional;

/** Watches a run of another process until it is over. */
final class Following {

  private final Console screen;
  private final Environment environment;
  private final OpenHome home;

  Following(Console screen, Environment environment, OpenHome home) {
    this.screen = screen;
    this.environment = environment;
    this.home = home;
  }

  /** Blocks until the run is over; gives it as it ended. */
  RunRecord follow(RunRecord run, boolean json) {
    if (run.status() != RunStatus.RUNNING) {
      return run;
    }
    try (Progress progress = ProgressChoice.on(screen, json, environment.variables())) {
      // Ctrl-C ends the watching, not the run, and leaves no half of a picture.
      Thread atSignal = new Thread(progress::close, "signal");
      Runtime.getRuntime().addShutdownHook(atSignal);
      FollowRun followed = new FollowRun(home, run, progress::event);
      progress.watch(() -> Optional.of(followed.now()));
      RunRecord ended = followed.untilItEnds(screen::requireOutput);
      Runtime.getRuntime().removeShutdownHook(atSignal);
      return ended;
    }
  }
}
