package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.report.RunTotals;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.RunReader;
import dev.agentworkflows.store.RunRecord;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** Tells what there is to know when a run has ended. Nothing is read before it is asked for. */
public final class SummarizeRun {

  private final RunReader reader;

  public SummarizeRun(OpenHome home) {
    this.reader = home.store().reader();
  }

  /** What its calls come to. */
  public RunTotals totals(RunRecord run) {
    return RunTotals.of(reader.eachCall(run.id()));
  }

  /** The first few calls that failed; the others are not kept in memory. */
  public List<CallRecord> failures(RunRecord run, int most) {
    Predicate<CallRecord> failed = RunTotals::failed;
    return StreamSupport.stream(reader.eachCall(run.id()).spliterator(), false)
        .filter(failed)
        .limit(most)
        .toList();
  }

  /** Each of the first few worktrees once, by the last call that worked in it. */
  public Collection<CallRecord> worktrees(RunRecord run, int most) {
    Map<String, CallRecord> byPath = new LinkedHashMap<>();
    for (CallRecord call : reader.eachCall(run.id())) {
      String path = call.worktree().path();
      if (path != null && (byPath.size() < most || byPath.containsKey(path))) {
        byPath.put(path, call);
      }
    }
    return byPath.values();
  }

  /** How many exceptions branches of the script ended on, which the run went on without. */
  public long branchErrors(RunRecord run) {
    return reader.events(run.id(), EventType.WARNING).stream()
        .mapToLong(SummarizeRun::branchErrors)
        .sum();
  }

  private static long branchErrors(EventRecord warning) {
    JsonNode data = Json.read(warning.dataJson());
    return data.path("branch_error").isString() ? data.path("count").asLong(1) : 0;
  }

  /** What its {@code main} returned, as JSON; empty when it returned nothing. */
  public Optional<String> output(RunRecord run) {
    return reader.outputJson(run.id());
  }

  /** Where the script's own exception came from, as Python prints it. */
  public Optional<String> traceback(RunRecord run) {
    return reader.traceback(run.id());
  }
}
