package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.coordinator.text.Figures;
import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallUsage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of a run come to.
 *
 * @param done answered by their provider; {@code cached} ones are not among them
 * @param cached answered from memory: they cost nothing
 * @param failed ended in any other way than with an answer, and was not cancelled
 * @param cancelled ended because somebody, or the script, wanted no answer any more
 * @param running not over yet, or cut off with their run
 * @param byModel the calls that a provider was asked for, in the order of first use
 */
public record RunTotals(
    int done, int cached, int failed, int cancelled, int running, List<ModelTotals> byModel) {

  /**
   * What one model came to.
   *
   * @param inputTokens null when the provider never said; so for the others
   */
  public record ModelTotals(
      String provider,
      @Nullable String model,
      int calls,
      @Nullable Long inputTokens,
      @Nullable Long outputTokens,
      @Nullable BigDecimal costUsd) {

    ModelTotals plus(CallUsage usage) {
      return new ModelTotals(
          provider,
          model,
          calls + 1,
          sum(inputTokens, usage.inputTokens(), Long::sum),
          sum(outputTokens, usage.outputTokens(), Long::sum),
          sum(costUsd, usage.estimatedCostUsd(), BigDecimal::add));
    }
  }

  public RunTotals {
    byModel = List.copyOf(byModel);
  }

  /** Adds up, in one pass. */
  public static RunTotals of(Iterable<CallRecord> calls) {
    int cached = 0;
    int done = 0;
    int failed = 0;
    int cancelled = 0;
    int running = 0;
    Map<List<@Nullable String>, ModelTotals> byModel = new LinkedHashMap<>();
    for (CallRecord call : calls) {
      if (call.cache().status() == CacheStatus.HIT) {
        cached++;
        continue;
      }
      switch (call.status()) {
        case DONE -> done++;
        case RUNNING -> running++;
        case CANCELLED -> cancelled++;
        default -> failed++;
      }
      if (call.attempts().count() == 0) {
        continue;
      }
      AskedCall asked = call.asked();
      List<@Nullable String> key = new ArrayList<>(2);
      key.add(asked.provider());
      key.add(asked.model());
      byModel.compute(
          key,
          (name, totals) ->
              (totals == null
                      ? new ModelTotals(asked.provider(), asked.model(), 0, null, null, null)
                      : totals)
                  .plus(call.usage()));
    }
    return new RunTotals(done, cached, failed, cancelled, running, List.copyOf(byModel.values()));
  }

  /** Whether a call ended without an answer that was still wanted. */
  public static boolean failed(CallRecord call) {
    return switch (call.status()) {
      case DONE, RUNNING, CANCELLED -> false;
      default -> true;
    };
  }

  /** {@code 12 calls: 9 done, 2 cached, 1 failed}. */
  public String calls() {
    return Figures.count(done + cached + failed + cancelled + running, "call") + ": " + counts();
  }

  /** {@code 9 done, 2 cached, 1 failed}; cancelled and unfinished ones where there are some. */
  String counts() {
    return "%s done, %s cached, %s failed%s%s"
        .formatted(
            Figures.number(done),
            Figures.number(cached),
            Figures.number(failed),
            cancelled == 0 ? "" : ", " + Figures.number(cancelled) + " cancelled",
            running == 0 ? "" : ", " + Figures.number(running) + " not finished");
  }

  /** Null when no provider said. */
  public @Nullable Long inputTokens() {
    return byModel.stream().map(ModelTotals::inputTokens).reduce(null, RunTotals::sumOfTokens);
  }

  /** Null when no provider said. */
  public @Nullable Long outputTokens() {
    return byModel.stream().map(ModelTotals::outputTokens).reduce(null, RunTotals::sumOfTokens);
  }

  private static @Nullable Long sumOfTokens(@Nullable Long a, @Nullable Long b) {
    return sum(a, b, Long::sum);
  }

  static <T> @Nullable T sum(@Nullable T a, @Nullable T b, BinaryOperator<T> sum) {
    return a == null ? b : b == null ? a : sum.apply(a, b);
  }
}
