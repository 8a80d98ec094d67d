package dev.agentworkflows.coordinator.call;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What calls told. */
final class RecordedEvents implements CallEvents {

  final List<String> warnings = new CopyOnWriteArrayList<>();
  final List<String> progress = new CopyOnWriteArrayList<>();

  final List<String> waits = new CopyOnWriteArrayList<>();

  /** Calls that went out before anything was told of a limit. */
  final Set<String> outBeforeLimits = ConcurrentHashMap.newKeySet();

  final List<String> fallbacks = new CopyOnWriteArrayList<>();

  final List<String> limits = new CopyOnWriteArrayList<>();

  @Override
  public void waiting(String callId, String reason) {
    waits.add(reason);
  }

  @Override
  public void warning(String callId, String message) {
    warnings.add(message);
  }

  @Override
  public void progress(String callId, String message) {
    progress.add(message);
  }

  @Override
  public void fallback(String callId, TriedProvider failed, String next) {
    fallbacks.add(failed.text() + " -> " + next);
  }

  @Override
  public void usageLimit(String provider, String message, Instant until) {
    limits.add(message);
  }

  @Override
  public void out(String callId, @Nullable String label, @Nullable String phase) {
    if (limits.isEmpty()) {
      outBeforeLimits.add(callId);
    }
  }
}
