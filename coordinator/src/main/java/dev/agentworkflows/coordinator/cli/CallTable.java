package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.call.TriedProvider;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallUsage;
import java.util.ArrayList;
import java.util.List;

/** Calls as lines for people. */
final class CallTable {

  private static final String FORMAT = "%5s  %-15s %-8s  %-24s %-20s %9s %8s";

  private CallTable() {}

  static void print(Iterable<CallRecord> calls, Console screen) {
    boolean any = false;
    for (CallRecord call : calls) {
      if (!any) {
        screen.line(FORMAT.formatted("call", "status", "cache", "label", "phase", "tokens", "ms"));
        any = true;
      }
      lines(call).forEach(screen::line);
      screen.requireReader();
    }
    if (!any) {
      screen.line("no calls");
    }
  }

  private static List<String> lines(CallRecord call) {
    CallIdentity identity = call.identity();
    CallUsage usage = call.usage();
    String line =
        FORMAT.formatted(
            identity.index(),
            call.status().label(),
            call.cache().status().label(),
            orDash(identity.label()),
            orDash(identity.phase()),
            orZero(usage.inputTokens()) + orZero(usage.outputTokens()),
            call.attempts().durationMs());
    List<String> lines = new ArrayList<>(List.of(line));
    List<TriedProvider> tried = TriedProvider.of(call.progress().triedJson());
    tried.forEach(one -> lines.add("       could not answer: " + RunLines.text(one.text())));
    if (!tried.isEmpty()) {
      lines.add("       asked after that: " + RunLines.text(call.asked().provider()));
    }
    if (call.error() != null) {
      lines.add("       " + RunLines.text(call.error()));
    }
    if (call.worktree().path() != null) {
      lines.add("       worktree kept: owf diff " + call.id());
    }
    return lines;
  }

  private static String orDash(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "-" : VisibleText.line(text);
  }

  private static long orZero(@org.jspecify.annotations.Nullable Long number) {
    return number == null ? 0 : number;
  }
}
