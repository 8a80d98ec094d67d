package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.FileRefusal;
import dev.agentworkflows.coordinator.RefusedException;
import dev.agentworkflows.coordinator.Steadily;
import dev.agentworkflows.coordinator.home.FileErrors;
import dev.agentworkflows.coordinator.home.PrivateFiles;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How one process asks another to end a run: by a file in the run's directory, for which the run's
 * coordinator polls. Every process that may write to the home may ask.
 */
public final class CancelRequests implements AutoCloseable {

  private static final String FILE = "cancel-requested";
  private static final long INTERVAL_MILLIS = 500;

  private final WorkflowHome home;
  private final Runs runs;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "cancel-requests");
        thread.setDaemon(true);
        return thread;
      });

  private CancelRequests(WorkflowHome home, Runs runs) {
    this.home = home;
    this.runs = runs;
  }

  /** Polls for requests to end the runs that are open here, until it is closed. */
  public static CancelRequests watch(WorkflowHome home, Runs runs) {
    CancelRequests requests = new CancelRequests(home, runs);
    requests.timer.scheduleWithFixedDelay(
        Steadily.doing("requests to cancel", requests::poll),
        INTERVAL_MILLIS,
        INTERVAL_MILLIS,
        TimeUnit.MILLISECONDS);
    return requests;
  }

  /** Asks the coordinator of a run to end it. */
  public static void ask(WorkflowHome home, String runId) {
    Path file = file(home, runId);
    try {
      Path run = home.runDirectory(runId);
      PrivateFiles.createDirectoriesBelow(home.directory(), run);
      PrivateFiles.write(file, new byte[0]);
    } catch (IOException e) {
      throw new RefusedException(new FileRefusal.Unwritable(file, FileErrors.reason(e)), e);
    }
  }

  private static Path file(WorkflowHome home, String runId) {
    return home.runDirectory(runId).resolve(FILE);
  }

  private void poll() {
    runs.launches()
        .forEach((runId, launch) -> {
          if (Files.exists(file(home, runId))) {
            launch.cancel("ended by `cancel`");
            delete(file(home, runId));
          }
        });
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It was carried out, and a run that has ended is not polled for.
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
