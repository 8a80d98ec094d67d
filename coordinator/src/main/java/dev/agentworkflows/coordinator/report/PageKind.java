package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.store.CallRecord;
import org.jspecify.annotations.Nullable;

/** What a run's page is for. */
enum PageKind {
  /** A file: all that it shows is in it. */
  REPORT,
  /** A page that can ask for more, and is told what changes. */
  LIVE;

  /** What a page needs to ask for more of a call; null where it can't ask. */
  @Nullable String id(CallRecord call) {
    return this == LIVE ? call.id() : null;
  }
}
