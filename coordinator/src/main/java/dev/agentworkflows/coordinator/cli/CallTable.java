package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.report.VisibleText;
import dev.agentworkflows.store.CallRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Calls as lines for people. */
final class CallTable {

  private static final String FORMAT = "%5s  %-15s %-8s  %-24s %-20s %9s %8s";

  private CallTable() {}

  static Stream<String> of(List<CallRecord> calls) {
    if (calls.isEmpty()) {
      return Stream.of("no calls");
    }
    return Stream.concat(
        Stream.of(FORMAT.formatted("call", "status", "cache", "label", "phase", "tokens", "ms")),
        calls.stream().flatMap(CallTable::lines));
  }

  private static Stream<String> lines(CallRecord call) {
    String line =
        FORMAT.formatted(
            call.callIndex(),
            call.status().label(),
            call.cacheStatus().label(),
            orDash(call.label()),
            orDash(call.phase()),
            orZero(call.inputTokens()) + orZero(call.outputTokens()),
            call.durationMs());
    List<String> lines = new ArrayList<>(List.of(line));
    if (call.error() != null) {
      lines.add("       " + RunLines.text(call.error()));
    }
    if (call.worktreePath() != null) {
      lines.add("       worktree kept: owf diff " + call.id());
    }
    return lines.stream();
  }

  private static String orDash(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "-" : VisibleText.line(text);
  }

  private static long orZero(@org.jspecify.annotations.Nullable Long number) {
    return number == null ? 0 : number;
  }
}
