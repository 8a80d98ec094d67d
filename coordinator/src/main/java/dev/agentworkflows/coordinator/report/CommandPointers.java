package dev.agentworkflows.coordinator.report;

import java.util.Optional;

/** What is typed on a command line. Files in a run's directory have these. */
public final class CommandPointers implements ReportPointers {

  @Override
  public String resume(NextStep next) {
    return next.command();
  }

  @Override
  public String calls(String runId) {
    return "owf calls " + runId;
  }

  @Override
  public String output(String runId) {
    return "owf output " + runId;
  }

  @Override
  public String cacheReasons(String runId) {
    return "owf explain-cache " + runId;
  }

  @Override
  public String diff(String callId) {
    return "owf diff " + callId;
  }

  @Override
  public String runs() {
    return "owf runs --limit 1000";
  }

  @Override
  public String files(String runId) {
    return "owf artifacts " + runId;
  }

  @Override
  public String texts(String runId) {
    return "owf export " + runId;
  }

  @Override
  public Optional<String> events(String runId) {
    return Optional.of("owf events " + runId);
  }
}
