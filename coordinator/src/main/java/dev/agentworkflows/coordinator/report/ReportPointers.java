package dev.agentworkflows.coordinator.report;

import java.util.Optional;

/**
 * Where the reader of a report finds what it leaves out, and how they go on: one line each, in the
 * words of the frontend that shows the report.
 */
public interface ReportPointers {

  String resume(NextStep next);

  String calls(String runId);

  String output(String runId);

  String cacheReasons(String runId);

  String diff(String callId);

  String runs();

  /** The names of a run's files. */
  String files(String runId);

  /** Prompts and answers of a run's calls. */
  String texts(String runId);

  /** Empty where they are shown nowhere else. */
  Optional<String> events(String runId);
}
