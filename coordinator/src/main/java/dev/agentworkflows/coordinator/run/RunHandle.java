package dev.agentworkflows.coordinator.run;

import dev.agentworkflows.coordinator.approval.OpenQuestion;
import dev.agentworkflows.store.RunRecord;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A script that this coordinator has started a shim for: what a person asked of it, and how it
 * went. Thread-safe.
 */
public final class RunHandle {

  /** How a launch went. */
  public sealed interface Outcome {
    /** The script can't be run at all; no run is recorded. */
    record Rejected(String message) implements Outcome {}

    /** The script was loaded; this is the run that it would have. */
    record Planned(RunRecord run) implements Outcome {}

    /** The run has ended, however it did. */
    record Ended(RunRecord run) implements Outcome {}

    /** The run has ended, and that could not be stored. */
    record Unstored(String runId, String message) implements Outcome {}
  }

  /** Asks a person: whether a script that requires approval may start, and what it asks then. */
  @FunctionalInterface
  public interface Approval {
    /**
     * May block.
     *
     * @throws dev.agentworkflows.coordinator.RefusedException when the answer is no, or nobody is
     *     there
     */
    void ask(ScriptMeta meta);

    /**
     * A question of the script's waits for a person, who may be here or not. May not block; is told
     * of questions one at a time.
     */
    default void waiting(OpenQuestion question) {}
  }

  private final RunOptions options;
  private final Approval approval;
  private final LiveRunStats tally;
  private final CompletableFuture<Outcome> end = new CompletableFuture<>();
  private final CompletableFuture<String> cancelling = new CompletableFuture<>();
  private final CompletableFuture<String> opening = new CompletableFuture<>();
  private volatile @Nullable CompletableFuture<Integer> process;
  private @Nullable String rootRunId;
  private @Nullable String cancelled;
  private Runnable onCancel = () -> {};

  public RunHandle(RunOptions options, Approval approval, LiveRunStats tally) {
    this.options = options;
    this.approval = approval;
    this.tally = tally;
  }

  public RunOptions options() {
    return options;
  }

  public Approval approval() {
    return approval;
  }

  /** How the launch's run stands. */
  public LiveRunStats tally() {
    return tally;
  }

  /** Completes once, when nothing of the launch is left to do here. */
  public CompletableFuture<Outcome> end() {
    return end;
  }

  /** The script's process was started here; this completes with its exit code. */
  public void startedAs(CompletableFuture<Integer> exitCode) {
    process = exitCode;
  }

  /** Completes with the exit code of the script's process; null when it is none of ours. */
  public @Nullable CompletableFuture<Integer> process() {
    return process;
  }

  /** The launch's own run, once it is open; null before. */
  public synchronized @Nullable String rootRunId() {
    return rootRunId;
  }

  /** Completes with the run's id when it is open; a script that can't be run never opens one. */
  public CompletableFuture<String> opening() {
    return opening;
  }

  /**
   * The launch's run is open.
   *
   * @param cancel asks the script to end
   */
  public void opened(String runId, Runnable cancel) {
    boolean already;
    synchronized (this) {
      rootRunId = runId;
      onCancel = cancel;
      already = cancelled != null;
    }
    if (already) {
      cancel.run();
    }
    opening.complete(runId);
  }

  /** Asks the script to end; its run is then cancelled. */
  public void cancel(String why) {
    Runnable action;
    synchronized (this) {
      if (cancelled != null) {
        return;
      }
      cancelled = why;
      action = onCancel;
    }
    action.run();
    cancelling.complete(why);
  }

  /** Completes with the reason when the launch is cancelled; if it never is, it never does. */
  public CompletableFuture<String> cancelling() {
    return cancelling;
  }

  /** Why the launch was cancelled; null when it was not. */
  public synchronized @Nullable String cancelled() {
    return cancelled;
  }
}
