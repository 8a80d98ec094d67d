package dev.agentworkflows.coordinator.mcp;

import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.time.Duration;

/** Tells how a run stands, at once or when it has ended. */
final class StatusTool {

  private static final int MAX_SECONDS = 60;

  private final ReadingTools reading;
  private final Workbench workbench;

  StatusTool(ReadingTools reading, Workbench workbench) {
    this.reading = reading;
    this.workbench = workbench;
  }

  CallToolResult answer(Arguments arguments) {
    int seconds = arguments.count("wait_seconds", 0, MAX_SECONDS);
    if (seconds > 0) {
      workbench.awaitEnd(arguments.run(), Duration.ofSeconds(seconds));
    }
    return reading.status(arguments);
  }
}
