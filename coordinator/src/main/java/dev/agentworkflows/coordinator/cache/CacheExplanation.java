package dev.agentworkflows.coordinator.cache;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.store.CacheStatus;
import dev.agentworkflows.store.CacheUse;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallStatus;
import dev.agentworkflows.store.RunRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;

/**
 * Says for each call of a run why it was or was not answered from memory: what {@code
 * explain-cache} shows. For one thread and one run.
 *
 * <p>A miss is explained by what differs from the nearest earlier call: the one with the same label
 * (the n-th with it, for the n-th) in the newest earlier run that has it, else the one at the same
 * position. The run that was resumed counts as the newest. A read-only call that ended before its
 * key was known says nothing of the cache, and is passed over while there is another.
 *
 * <p>Records do not tell the policy of a single call; its run's stands in for it.
 */
public final class CacheExplanation {

  /** How far back the nearest earlier call is looked for. */
  private static final int MAX_RUNS = 20;

  private static final int MAX_VALUE = 60;

  private static final String DID_NOT_FINISH = "earlier call did not finish";

  /** The parts of the key that the store keeps as they are; of the others it has a hash. */
  private static final Set<String> SHOWN =
      Set.of(
          "provider", "model", "fallback", "agent_type", "cache_namespace", "effort", "continues");

  private final RunRecord run;
  private final EarlierRuns earlier;
  private final Map<String, EarlierCalls> callsByRun = new HashMap<>();
  private @Nullable List<Candidate> candidates;

  private CacheExplanation(RunRecord run, EarlierRuns earlier) {
    this.run = run;
    this.earlier = earlier;
  }

  /**
   * Explains the calls of a run one after another, as they are asked for. Takes memory for a number
   * for each call of the runs that are looked at.
   *
   * @param calls the run's, by their index
   */
  public static Iterable<CacheReason> each(
      RunRecord run, Iterable<CallRecord> calls, EarlierRuns earlier) {
    return () -> {
      CacheExplanation explanation = new CacheExplanation(run, earlier);
      Map<String, Integer> seen = new HashMap<>();
      Iterator<CallRecord> next = calls.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return next.hasNext();
        }

        @Override
        public CacheReason next() {
          CallRecord call = next.next();
          CallIdentity identity = call.identity();
          int nth = identity.label() == null ? 0 : seen.merge(identity.label(), 1, Integer::sum);
          return new CacheReason(
              identity.index(),
              identity.id(),
              identity.label(),
              identity.phase(),
              call.cache().status(),
              explanation.reason(call, nth));
        }
      };
    };
  }

  /** As {@link #each}, all of them. */
  public static List<CacheReason> explain(
      RunRecord run, Iterable<CallRecord> calls, EarlierRuns earlier) {
    List<CacheReason> reasons = new ArrayList<>();
    each(run, calls, earlier).forEach(reasons::add);
    return reasons;
  }

  private String reason(CallRecord call, int nthOfLabel) {
    return switch (call.cache().status()) {
      case HIT -> call.answeredBy() == null ? "remembered" : "remembered from " + call.answeredBy();
      case BYPASSED -> "mutating call: never cached";
      case DISABLED -> "cache policy disabled";
      case MISS -> {
        if (isKeyUnknown(call)) {
          yield call.status() == CallStatus.RUNNING
              ? "its key is not known yet"
              : "it ended before its key was known";
        }
        Nearest nearest = nearest(call, nthOfLabel);
        yield nearest == null ? "no earlier call" : difference(call, nearest);
      }
    };
  }

  /** A run whose calls may be compared, and the policy under which they were made. */
  private record Candidate(String runId, String cachePolicy) {}

  private record Nearest(CallRecord call, Candidate run) {}

  /** Nothing was asked of the cache: what the key depends on was still waited for. */
  private static boolean isKeyUnknown(CallRecord call) {
    return !call.asked().mutating() && call.cache().keyPartsJson() == null;
  }

  private @Nullable Nearest nearest(CallRecord call, int nthOfLabel) {
    String label = call.identity().label();
    Nearest labelled =
        label == null ? null : nearest(earlierCalls -> earlierCalls.withLabel(label, nthOfLabel));
    return labelled == null
        ? nearest(earlierCalls -> earlierCalls.at(call.identity().index()))
        : labelled;
  }

  /** In the newest run where it has a key, else in the newest that has it. */
  private @Nullable Nearest nearest(Function<EarlierCalls, @Nullable CallRecord> find) {
    Nearest newest = null;
    for (Candidate candidate : candidates()) {
      CallRecord same = find.apply(calls(candidate));
      if (same != null && !isKeyUnknown(same)) {
        return new Nearest(same, candidate);
      }
      if (same != null && newest == null) {
        newest = new Nearest(same, candidate);
      }
    }
    return newest;
  }

  private List<Candidate> candidates() {
    if (candidates == null) {
      Map<String, Candidate> ordered = new LinkedHashMap<>();
      String resumed = run.lineage().resumedFromRunId();
      if (resumed != null) {
        // Should it be too long ago to be among the others: a resume takes the policy over.
        ordered.put(resumed, new Candidate(resumed, run.settings().cachePolicy()));
      }
      for (RunRecord before : earlier.before(run.id(), MAX_RUNS)) {
        ordered.put(before.id(), new Candidate(before.id(), before.settings().cachePolicy()));
      }
      candidates = List.copyOf(ordered.values());
    }
    return candidates;
  }

  private EarlierCalls calls(Candidate candidate) {
    return callsByRun.computeIfAbsent(candidate.runId(), id -> new EarlierCalls(earlier, id));
  }

  private String difference(CallRecord call, Nearest nearest) {
    CacheUse before = nearest.call().cache();
    CacheUse now = call.cache();
    if (isKeyUnknown(nearest.call())) {
      return DID_NOT_FINISH;
    }
    if (before.keyPartsJson() == null || now.keyPartsJson() == null) {
      return notRemembered(before.status().label());
    }
    List<String> changes = changes(Json.read(before.keyPartsJson()), Json.read(now.keyPartsJson()));
    if (!changes.isEmpty()) {
      return String.join(", ", changes);
    }
    return Objects.equals(before.key(), now.key())
        ? whyNotAnswered(call, nearest)
        : "the form of the call key changed";
  }

  private static List<String> changes(JsonNode before, JsonNode now) {
    Set<String> parts = new LinkedHashSet<>(now.propertyNames());
    parts.addAll(before.propertyNames());
    List<String> changes = new ArrayList<>();
    for (String part : parts) {
      JsonNode was = part(before, part);
      JsonNode is = part(now, part);
      if (!was.equals(is)) {
        String values = SHOWN.contains(part) ? " " + shown(was) + " -> " + shown(is) : "";
        changes.add(part + " changed" + values);
      }
    }
    return changes;
  }

  private static JsonNode part(JsonNode parts, String name) {
    JsonNode part = parts.get(name);
    return part == null ? NullNode.getInstance() : part;
  }

  private static String shown(JsonNode value) {
    String text = value.isNull() ? "none" : value.asString();
    return text.length() > MAX_VALUE ? text.substring(0, MAX_VALUE) + "…" : text;
  }

  /** The key is the same, and still nothing was remembered under it, or nobody asked. */
  private String whyNotAnswered(CallRecord call, Nearest nearest) {
    CallRecord before = nearest.call();
    if (before.status() == CallStatus.RUNNING) {
      return DID_NOT_FINISH;
    }
    if (before.status() != CallStatus.DONE) {
      return "earlier call failed: " + before.status().label();
    }
    if (run.settings().cachePolicy().equals("refresh")) {
      return "cache policy refresh";
    }
    if (before.cache().status() == CacheStatus.DISABLED) {
      return notRemembered("cache policy disabled");
    }
    if (before.cache().status() == CacheStatus.MISS
        && nearest.run().cachePolicy().equals("read_only")) {
      return notRemembered("cache policy read_only");
    }
    return "no remembered result for occurrence " + call.cache().occurrence();
  }

  private static String notRemembered(String why) {
    return "earlier call was not remembered (" + why + ")";
  }
}
