package dev.agentworkflows.coordinator.web;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunSources;
import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import dev.agentworkflows.coordinator.report.CallDiff;
import dev.agentworkflows.coordinator.report.ReportSources;
import dev.agentworkflows.coordinator.run.CoordinatorLocks;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.coordinator.worktree.Worktrees;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import dev.agentworkflows.store.Store;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The home whose runs the web view shows. Thread-safe.
 *
 * @param worktrees for looking alone
 * @param redactor takes keys out of all that is sent
 */
public record ViewedHome(
    WorkflowHome home, Store store, Worktrees worktrees, Redactor redactor, Clock clock) {

  /** For use cases. */
  OpenHome open() {
    return new OpenHome(home, store, Map.of(), clock, () -> redactor);
  }

  /** Ends the runs of coordinators that are gone, which nobody else may be there to see. */
  void markOrphanedRuns() {
    CoordinatorLocks.markOrphanedRunsInterrupted(home, store, clock);
  }

  /** What a page shows beside a run's records: nothing that takes long while the run goes on. */
  ReportSources sources(RunRecord run) {
    RunSources all = new RunSources(store, run, worktrees, redactor, clock.instant(), null);
    return new ReportSources() {
      @Override
      public List<CacheReason> cacheReasons() {
        return run.status() == RunStatus.RUNNING ? List.of() : all.cacheReasons();
      }

      @Override
      public List<RunRecord> children() {
        return all.children();
      }

      @Override
      public CallDiff diff(CallRecord call) {
        return all.diff(call);
      }

      @Override
      public Optional<TextLinks> links(CallRecord call) {
        return Optional.empty();
      }

      @Override
      public List<FileLink> files() {
        return List.of();
      }

      @Override
      public Instant now() {
        return all.now();
      }

      @Override
      public String redacted(String text) {
        return all.redacted(text);
      }
    };
  }
}
