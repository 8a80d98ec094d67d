package dev.agentworkflows.coordinator.report;

import dev.agentworkflows.store.CallRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Where each call stands in a chart of time: one band for each phase, and in it as many lanes as
 * calls were out at once, so that parallelism shows as height.
 *
 * @param began the time at x = 0
 * @param span the time between x = 0 and x = width; never zero
 * @param mostAtOnce how many providers were at work at one moment, at most
 */
record TimelineLayout(Instant began, Duration span, List<Band> bands, int mostAtOnce) {

  /** More phases would be more bands than anybody can tell apart. */
  private static final int MAX_BANDS = 16;

  /**
   * The calls of one phase.
   *
   * @param name of the phase; of all of them when there are many
   */
  record Band(String name, int lanes, List<Bar> bars) {}

  /**
   * One call.
   *
   * @param x where it began
   * @param waited how much of its width it waited for a permit
   * @param lane within its band, from 0
   */
  record Bar(CallRecord call, CallStyle style, double x, double waited, double width, int lane) {}

  /**
   * Takes time in proportion to n log n.
   *
   * @param now the end of calls that are out
   * @param width of the drawing
   * @param narrowest what can still be seen
   */
  static TimelineLayout of(
      Instant began, List<CallRecord> calls, Instant now, double width, double narrowest) {
    Instant end = began;
    for (CallRecord call : calls) {
      end = later(end, end(call, now));
    }
    Duration span = Duration.between(began, end);
    if (span.toMillis() < 1) {
      span = Duration.ofMillis(1);
    }
    double perNano = (width - narrowest) / span.toNanos();
    Map<String, List<Bar>> byPhase = new LinkedHashMap<>();
    List<CallRecord> ordered = new ArrayList<>(calls);
    ordered.sort(Comparator.comparing(CallRecord::createdAt));
    for (CallRecord call : ordered) {
      double x = Math.max(0, Duration.between(began, call.createdAt()).toNanos() * perNano);
      double length = Duration.between(call.createdAt(), end(call, now)).toNanos() * perNano;
      double waited =
          Math.min(length, Duration.ofMillis(call.attempts().queueMs()).toNanos() * perNano);
      Bar bar = new Bar(call, CallStyle.of(call), x, waited, Math.max(narrowest, length), 0);
      byPhase.computeIfAbsent(Breakdown.phase(call), phase -> new ArrayList<>()).add(bar);
    }
    if (byPhase.size() > MAX_BANDS) {
      List<Bar> all = byPhase.values().stream().flatMap(List::stream).toList();
      byPhase = new LinkedHashMap<>(Map.of("all phases", new ArrayList<>(all)));
      byPhase.values().forEach(bars -> bars.sort(Comparator.comparingDouble(Bar::x)));
    }
    List<Band> bands = new ArrayList<>();
    byPhase.forEach((phase, bars) -> bands.add(packed(phase, bars)));
    return new TimelineLayout(began, span, List.copyOf(bands), mostAtOnce(calls, now));
  }

  private static Instant end(CallRecord call, Instant now) {
    return later(call.createdAt(), call.completedAt() == null ? now : call.completedAt());
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private record Lane(int number, double freeFrom) {}

  /** Gives each bar the first lane that is free. */
  private static Band packed(String name, List<Bar> ordered) {
    PriorityQueue<Lane> busy = new PriorityQueue<>(Comparator.comparingDouble(Lane::freeFrom));
    PriorityQueue<Integer> free = new PriorityQueue<>();
    int lanes = 0;
    List<Bar> placed = new ArrayList<>(ordered.size());
    for (Bar bar : ordered) {
      while (!busy.isEmpty() && busy.element().freeFrom() <= bar.x()) {
        free.add(busy.remove().number());
      }
      Integer first = free.poll();
      int lane = first == null ? lanes++ : first;
      busy.add(new Lane(lane, bar.x() + bar.width()));
      placed.add(new Bar(bar.call(), bar.style(), bar.x(), bar.waited(), bar.width(), lane));
    }
    return new Band(name, lanes, placed);
  }

  private static int mostAtOnce(List<CallRecord> calls, Instant now) {
    record Step(Instant at, int change) {}
    List<Step> steps = new ArrayList<>();
    for (CallRecord call : calls) {
      if (CallStyle.of(call) != CallStyle.CACHED) {
        Instant end = end(call, now);
        Instant asked = call.createdAt().plusMillis(call.attempts().queueMs());
        steps.add(new Step(asked.isAfter(end) ? end : asked, 1));
        steps.add(new Step(end, -1));
      }
    }
    // An end before a beginning of the same moment: they did not overlap.
    steps.sort(Comparator.comparing(Step::at).thenComparing(Step::change));
    int out = 0;
    int most = 0;
    for (Step step : steps) {
      out += step.change();
      most = Math.max(most, out);
    }
    // A call that took no time ends before it begins, by that order.
    return steps.isEmpty() ? 0 : Math.max(1, most);
  }

  int lanes() {
    return bands.stream().mapToInt(Band::lanes).sum();
  }
}
