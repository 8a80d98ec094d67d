package dev.agentworkflows.coordinator.app;

import dev.agentworkflows.store.AskedCall;
import dev.agentworkflows.store.CacheUse;
import dev.agentworkflows.store.CallIdentity;
import dev.agentworkflows.store.CallProgress;
import dev.agentworkflows.store.CallRecord;
import dev.agentworkflows.store.CallValidation;
import dev.agentworkflows.store.EventRecord;
import dev.agentworkflows.store.EventType;
import dev.agentworkflows.store.KeptWorktree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run's calls and events as a report needs them: all calls, without what no report shows, and of
 * many events the first, the last and the warnings in between. A run of 100,000 calls takes about
 * 60 megabytes.
 */
final class ReportedCalls {

  /** A report shows less of each. */
  private static final int MAX_TEXT = 4_000;

  private static final int MAX_FILES = 200;

  /** What all texts of one run may take, in characters; then each is cut shorter. */
  private static final int ALL_TEXTS = 20_000_000;

  private static final int SHORT_TEXT = 200;

  static final int EVENTS_AT_AN_END = 1_000;
  private static final int MAX_WARNINGS = 500;

  private final Map<String, String> shared = new HashMap<>();
  private int texts;

  private ReportedCalls() {}

  static List<CallRecord> of(Iterable<CallRecord> calls) {
    ReportedCalls reported = new ReportedCalls();
    List<CallRecord> all = new ArrayList<>();
    calls.forEach(call -> all.add(reported.slim(call)));
    return all;
  }

  private CallRecord slim(CallRecord call) {
    return new CallRecord(
        slim(call.identity()),
        call.status(),
        text(call.error()),
        new CacheUse(call.cache().status(), null, call.cache().occurrence(), null),
        slim(call.asked()),
        slim(call.worktree()),
        slim(call.validation()),
        call.usage(),
        call.attempts(),
        call.answeredBy(),
        call.createdAt(),
        call.completedAt(),
        new CallProgress(call.waiting(), text(call.progress().triedJson())));
  }

  private CallIdentity slim(CallIdentity identity) {
    return new CallIdentity(
        identity.id(),
        share(identity.runId()),
        identity.index(),
        text(identity.label()),
        text(identity.phase()));
  }

  private AskedCall slim(AskedCall asked) {
    return new AskedCall(
        share(asked.provider()),
        text(asked.model()),
        text(asked.agentType()),
        asked.isolation(),
        asked.mutating(),
        null,
        asked.continues());
  }

  private static KeptWorktree slim(KeptWorktree worktree) {
    return worktree.path() == null && worktree.branch() == null && worktree.changedFiles().isEmpty()
        ? KeptWorktree.NOTHING
        : new KeptWorktree(
            worktree.path(),
            worktree.branch(),
            worktree.changedFiles().stream().limit(MAX_FILES).toList());
  }

  private CallValidation slim(CallValidation validation) {
    return validation.status() == null
            && validation.errorsJson() == null
            && validation.attempts() == 0
        ? CallValidation.NONE
        : new CallValidation(
            validation.status(), text(validation.errorsJson()), validation.attempts());
  }

  private String share(String text) {
    return shared.computeIfAbsent(text, same -> same);
  }

  /** Equal texts once; what is stored has been redacted before it is cut here. */
  private @Nullable String text(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String known = shared.get(text);
    if (known != null) {
      return known;
    }
    String kept = cut(text, texts < ALL_TEXTS ? MAX_TEXT : SHORT_TEXT);
    texts += kept.length();
    if (shared.size() < 10_000) {
      shared.put(kept, kept);
    }
    return kept;
  }

  private static String cut(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    boolean inPair = Character.isHighSurrogate(text.charAt(longest - 1));
    return text.substring(0, inPair ? longest - 1 : longest);
  }

  /** In order; those that are left out show by their positions. */
  static List<EventRecord> events(Iterable<EventRecord> events) {
    List<EventRecord> kept = new ArrayList<>();
    Deque<EventRecord> last = new ArrayDeque<>();
    int warnings = 0;
    for (EventRecord event : events) {
      if (kept.size() < EVENTS_AT_AN_END) {
        kept.add(slim(event));
        continue;
      }
      last.add(slim(event));
      if (last.size() > EVENTS_AT_AN_END) {
        EventRecord left = last.remove();
        if (left.type() == EventType.WARNING && warnings++ < MAX_WARNINGS) {
          kept.add(left);
        }
      }
    }
    kept.addAll(last);
    return kept;
  }

  private static EventRecord slim(EventRecord event) {
    return new EventRecord(
        event.runId(),
        event.position(),
        event.type(),
        cut(event.message(), MAX_TEXT),
        event.phase(),
        cut(event.dataJson(), MAX_TEXT),
        event.at());
  }
}
