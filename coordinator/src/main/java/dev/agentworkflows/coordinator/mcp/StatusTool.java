package dev.agentworkflows.coordinator.mcp;

import dev.agentworkflows.coordinator.app.OpenHome;
import dev.agentworkflows.coordinator.app.RunLookup;
import dev.agentworkflows.coordinator.app.ShowRun;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.time.Duration;

/** Tells how a run stands, at once or when it has ended. */
final class StatusTool {

  private static final int MAX_SECONDS = 60;

  private final ReadingTools reading;
  private final OpenHome home;

  StatusTool(ReadingTools reading, OpenHome home) {
    this.reading = reading;
    this.home = home;
  }

  CallToolResult answer(Arguments arguments) {
    int seconds = arguments.count("wait_seconds", 0, MAX_SECONDS);
    if (seconds > 0) {
      RunLookup.awaitEnd(
          home, new ShowRun(home).of(arguments.run()).id(), Duration.ofSeconds(seconds));
    }
    return reading.status(arguments);
  }
}
