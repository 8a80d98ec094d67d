package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.app.CancelRun;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.store.RunReader;
import dev.agentworkflows.store.RunRecord;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.time.Duration;

/** Tells how a run stands, at once or when it has ended. */
final class StatusTool {

  private static final int MAX_SECONDS = 60;

  private final ReadingTools reading;
  private final RunReader reader;

  StatusTool(ReadingTools reading, RunReader reader) {
    this.reading = reading;
    this.reader = reader;
  }

  CallToolResult answer(Arguments arguments) {
    int seconds = arguments.count("wait_seconds", 0, MAX_SECONDS);
    if (seconds > 0) {
      RunRecord run = RunLookup.run(reader, arguments.run());
      CancelRun.awaitEnd(reader, run.id(), Duration.ofSeconds(seconds));
    }
    return reading.status(arguments);
  }
}
