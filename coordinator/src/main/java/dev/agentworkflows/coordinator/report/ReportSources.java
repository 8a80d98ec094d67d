package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.RunRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a report shows beside a run's records; asked only for what it shows. */
public interface ReportSources {

  /** Says why each call was or was not answered from memory, by their index; may be empty. */
  List<CacheReason> cacheReasons();

  /** The runs that this run started, in order. */
  List<RunRecord> children();

  /** What the worktree of a call holds. */
  CallDiff diff(CallRecord call);

  /**
   * Where the whole texts of a call can be read, as links; empty where a page can't link to files.
   */
  Optional<TextLinks> links(CallRecord call);

  /** Where a directory's files can be opened; empty where a page can't link to files. */
  List<FileLink> files();

  /** Until when calls that are out have run. */
  Instant now();

  /** A text without the keys that are known by now; to be asked before a text is cut. */
  String redacted(String text);

  /** Links to the files of one call, which exist. */
  record TextLinks(String prompt, Optional<String> answer) {}

  /** A file of the run. */
  record FileLink(String name, String href, long bytes) {}

  /** Sources that know nothing. */
  static ReportSources none(Instant now) {
    return new ReportSources() {
      @Override
      public List<CacheReason> cacheReasons() {
        return List.of();
      }

      @Override
      public List<RunRecord> children() {
        return List.of();
      }

      @Override
      public CallDiff diff(CallRecord call) {
        return new CallDiff.None("Not looked at.");
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
        return now;
      }

      @Override
      public String redacted(String text) {
        return text;
      }
    };
  }
}
