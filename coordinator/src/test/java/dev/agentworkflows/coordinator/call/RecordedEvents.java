package dev.agentworkflows.coordinator.call;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What calls told. */
final class RecordedEvents implements CallEvents {

  final List<String> warnings = new CopyOnWriteArrayList<>();
  final List<String> progress = new CopyOnWriteArrayList<>();

  @Override
  public void warning(String callId, String message) {
    warnings.add(message);
  }

  @Override
  public void progress(String callId, String message) {
    progress.add(message);
  }
}
