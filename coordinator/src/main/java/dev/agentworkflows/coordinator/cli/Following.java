package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.run.CoordinatorLocks;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import java.time.Duration;
import java.util.Optional;

/** Watches a run of another process until it is over. */
final class Following {

  private static final Duration OFTEN = Duration.ofMillis(250);

  /** Looking takes this share of a processor at most, however much there is to look at. */
  private static final int SHARE = 20;

  /** How often it is asked whether the run's coordinator is still alive. */
  private static final Duration ASKING = Duration.ofSeconds(2);

  private final Console screen;
  private final Environment environment;
  private final WorkflowHome home;
  private final Store store;

  Following(Console screen, Environment environment, WorkflowHome home, Store store) {
    this.screen = screen;
    this.environment = environment;
    this.home = home;
    this.store = store;
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
      FollowedRun followed = new FollowedRun(run, store, environment.clock(), progress::event);
      followed.poll();
      progress.watch(() -> Optional.of(followed.view()));
      RunRecord ended = untilItEnds(followed, run.id());
      Runtime.getRuntime().removeShutdownHook(atSignal);
      return ended;
    }
  }

  private RunRecord untilItEnds(FollowedRun followed, String id) {
    long asked = System.nanoTime();
    while (true) {
      long start = System.nanoTime();
      RunRecord now = RunLookup.run(store.reader(), id);
      followed.poll();
      if (now.status() != RunStatus.RUNNING) {
        return now;
      }
      if (start - asked > ASKING.toNanos()) {
        asked = start;
        CoordinatorLocks.markOrphanedRunsInterrupted(home, store, environment.clock());
      }
      screen.requireOutput();
      pause(Math.max(OFTEN.toNanos(), SHARE * (System.nanoTime() - start)));
    }
  }

  private static void pause(long nanos) {
    try {
      Thread.sleep(Duration.ofNanos(nanos).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while following a run", e);
    }
  }
}
