package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallUsage;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a group of a run's calls came to.
 *
 * @param name of the group
 * @param done answered by their provider
 * @param failed ended without an answer
 * @param inputTokens null when no provider said; so for the others. Cached calls cost nothing
 * @param providerMillis what providers took for all of them, added up
 */
record Breakdown(
    String name,
    int calls,
    int done,
    int cached,
    int failed,
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable BigDecimal costUsd,
    long providerMillis) {

  static final String NO_PHASE = "(no phase)";

  /** Adds up the calls that have one name, in one pass; groups in the order of first use. */
  static List<Breakdown> by(Function<CallRecord, String> name, List<CallRecord> calls) {
    Map<String, Breakdown> groups = new LinkedHashMap<>();
    for (CallRecord call : calls) {
      groups.compute(
          name.apply(call),
          (key, group) ->
              (group == null ? new Breakdown(key, 0, 0, 0, 0, null, null, null, 0) : group)
                  .plus(call));
    }
    return List.copyOf(groups.values());
  }

  static String phase(CallRecord call) {
    String phase = call.identity().phase();
    return phase == null ? NO_PHASE : phase;
  }

  static String model(CallRecord call) {
    AskedCall asked = call.asked();
    return asked.model() == null ? asked.provider() : asked.provider() + " / " + asked.model();
  }

  private Breakdown plus(CallRecord call) {
    CallUsage usage = call.usage();
    CallStyle style = CallStyle.of(call);
    boolean asked = style != CallStyle.CACHED && call.attempts().count() > 0;
    return new Breakdown(
        name,
        calls + 1,
        done + (style == CallStyle.DONE ? 1 : 0),
        cached + (style == CallStyle.CACHED ? 1 : 0),
        failed + (RunTotals.failed(call) ? 1 : 0),
        asked ? RunTotals.sum(inputTokens, usage.inputTokens(), Long::sum) : inputTokens,
        asked ? RunTotals.sum(outputTokens, usage.outputTokens(), Long::sum) : outputTokens,
        asked ? RunTotals.sum(costUsd, usage.estimatedCostUsd(), BigDecimal::add) : costUsd,
        providerMillis + (style == CallStyle.CACHED ? 0 : call.attempts().durationMs()));
  }
}
