package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.app.ExplainCache;
import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.coordinator.text.VisibleText;
import dev.agentworkflows.store.RunRecord;
import picocli.CommandLine;

@CommandLine.Command(
    name = "explain-cache",
    description = "Say for every call of a run why it was, or was not, answered from memory.")
@Manual(
    description =
        "For a call that was paid for: what differs from the nearest earlier call, such as "
            + "its prompt or model. For one that was not: which call's answer stood in.",
    examples = {"owf explain-cache latest", "owf explain-cache run_20261122_143201_4f9c1a --json"},
    seeAlso = {"resume", "docs/concepts.md"})
final class ExplainCacheCommand extends RunReadingCommand {

  ExplainCacheCommand(Console screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int show(OpenHome home, RunRecord run) {
    Iterable<CacheReason> reasons = new ExplainCache(home).of(run);
    if (json()) {
      screen().json(reasons, RunJson::of);
      return ExitCode.FINE;
    }
    boolean any = false;
    for (CacheReason reason : reasons) {
      any = true;
      screen().line(line(reason));
      screen().requireReader();
    }
    if (!any) {
      screen().line("no calls");
    }
    return ExitCode.FINE;
  }

  private static String line(CacheReason reason) {
    return "%5d  %-8s  %-24s %s"
        .formatted(
            reason.callIndex(),
            reason.cacheStatus().label(),
            reason.label() == null ? "-" : VisibleText.line(reason.label()),
            RunLines.text(reason.reason()));
  }
}
