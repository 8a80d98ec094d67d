package dev.agentworkflows.coordinator.call;

import java.nio.file.Path;

/** What went between adapters and providers, line by line, where adapters keep it. */
public final class Transcripts {

  private Transcripts() {}

  /** Where a call's transcript is, if there is one. */
  public static Path file(Path runDirectory, String callId) {
    return runDirectory.resolve("calls").resolve(callId).resolve("transcript.jsonl");
  }
}
