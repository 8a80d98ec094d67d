package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.json.Times;
import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallWait;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What calls of a run wait for, a line for each reason. */
final class WaitLines {

  private WaitLines() {}

  /** {@code 12 calls for a free place at openai (8 at once), since 2026-11-22T14:32:01.417Z}. */
  static List<String> of(Iterable<CallRecord> calls) {
    Map<String, List<CallWait>> byReason = new TreeMap<>();
    for (CallRecord call : calls) {
      CallWait wait = call.waiting();
      if (wait != null) {
        byReason.computeIfAbsent(wait.reason(), first -> new ArrayList<>()).add(wait);
      }
    }
    return byReason.entrySet().stream()
        .map(entry -> line(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static String line(String reason, List<CallWait> waits) {
    Instant since = waits.stream().map(CallWait::since).min(Instant::compareTo).orElseThrow();
    Instant until = null;
    for (CallWait wait : waits) {
      Instant one = wait.until();
      if (one != null && (until == null || one.isAfter(until))) {
        until = one;
      }
    }
    return "%s for %s, since %s%s"
        .formatted(
            Figures.count(waits.size(), "call"),
            VisibleText.line(reason, VisibleText.MAX_BLOCK),
            Times.text(since),
            until == null ? "" : ", until " + Times.text(until));
  }
}
