package dev.agentworkflows.coordinator.call;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What calls told. */
final class RecordedEvents implements CallEvents {

  final List<String> warnings = new CopyOnWriteArrayList<>();
  final List<String> progress = new CopyOnWriteArrayList<>();

  final List<String> waits = new CopyOnWriteArrayList<>();

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
}
