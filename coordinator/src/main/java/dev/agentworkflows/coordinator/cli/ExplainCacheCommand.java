package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.cache.CacheExplanation;
import dev.agentworkflows.coordinator.cache.CacheReason;
import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunJson;
import dev.agentworkflows.coordinator.report.VisibleText;
import dev.agentworkflows.coordinator.run.RunSources;
import dev.agentworkflows.store.RunRecord;
import dev.agentworkflows.store.RunStore;
import java.util.List;
import picocli.CommandLine;
import tools.jackson.databind.node.ObjectNode;

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

  ExplainCacheCommand(Screen screen, Environment environment) {
    super(screen, environment);
  }

  @Override
  int look(RunStore store, RunRecord run) {
    List<CacheReason> reasons =
        CacheExplanation.explain(run, store.calls(run.id()), RunSources.earlierRuns(store));
    if (json()) {
      screen().json(RunJson.list(reasons, ExplainCacheCommand::json));
    } else if (reasons.isEmpty()) {
      screen().line("no calls");
    } else {
      reasons.forEach(reason ->
          screen()
              .line(
                  "%5d  %-8s  %-24s %s"
                      .formatted(
                          reason.callIndex(),
                          reason.cacheStatus(),
                          reason.label() == null ? "-" : VisibleText.line(reason.label()),
                          RunLines.text(reason.reason()))));
    }
    return ExitCode.FINE;
  }

  private static ObjectNode json(CacheReason reason) {
    return Json.object()
        .put("call_index", reason.callIndex())
        .put("call_id", reason.callId())
        .put("label", reason.label())
        .put("phase", reason.phase())
        .put("cache_status", reason.cacheStatus())
        .put("reason", reason.reason());
  }
}
