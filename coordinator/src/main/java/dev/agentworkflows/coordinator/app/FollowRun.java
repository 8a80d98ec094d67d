package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.run.RunSnapshot;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.time.Duration;
import java.util.function.BiConsumer;

/** Watches a run, whichever process carries it, until it is over. */
public final class FollowRun {

  private static final Duration OFTEN = Duration.ofMillis(250);

  /** Looking takes this share of a processor at most, however much there is to look at. */
  private static final int SHARE = 20;

  /** How often it is asked whether the run's coordinator is still alive. */
  private static final Duration ASKING = Duration.ofSeconds(2);

  private final OpenHome home;
  private final RunRecord run;
  private final FollowedRun followed;

  /**
   * Looks at the run for the first time.
   *
   * @param events told the type and message of each event
   */
  public FollowRun(OpenHome home, RunRecord run, BiConsumer<EventType, String> events) {
    this.home = home;
    this.run = run;
    this.followed = new FollowedRun(run, home.store(), home.clock(), events);
    followed.poll();
  }

  /** How the run stood when it was last looked at. From any thread. */
  public RunSnapshot now() {
    return followed.view();
  }

  /**
   * Blocks until the run is over; gives it as it ended.
   *
   * @param betweenLooks done each time; what it throws ends the watching
   */
  public RunRecord untilItEnds(Runnable betweenLooks) {
    long asked = System.nanoTime();
    while (true) {
      long start = System.nanoTime();
      RunRecord now = RunLookup.run(home.store().reader(), run.id());
      followed.poll();
      if (now.status() != RunStatus.RUNNING) {
        return now;
      }
      if (start - asked > ASKING.toNanos()) {
        asked = start;
        home.markOrphanedRuns();
      }
      betweenLooks.run();
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
