package dev.agentworkflows.coordinator.web;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunSources;
import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.report.CallDiff;
import dev.agentworkflows.coordinator.report.ReportSources;
import dev.agentworkflows.coordinator.secret.Redactor;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The home whose runs the web view shows. Thread-safe. */
public record ViewedHome(OpenHome open) {

  /** Takes keys out of all that is sent. */
  Redactor redactor() {
    return open.redactor().get();
  }

  /** What a page shows beside a run's records: nothing that takes long while the run goes on. */
  ReportSources sources(RunRecord run) {
    RunSources all = RunSources.of(open, run);
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
