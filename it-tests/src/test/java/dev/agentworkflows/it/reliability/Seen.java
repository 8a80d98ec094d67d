package dev.agentworkflows.it.reliability;

import dev.agentworkflows.it.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A result that a script had in its hands. Scripts of these tests write each down, through to the
 * disk, before they go on.
 */
record Seen(
    String callId, String prompt, String status, String cacheStatus, @Nullable String text) {

  /** The environment variable that names the file which scripts write to. */
  static final String VARIABLE = "SEEN";

  /** What a script begins with: {@code ask} is {@code agent} that writes down what it saw. */
  static final String ASK =
      """
      import json, os
      from workflows import agent, budget, log, parallel, workflow

      _seen = os.open(os.environ["SEEN"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

      async def ask(prompt, delay_ms=0, fake=None, **options):
          scripted = {"delay_ms": delay_ms, **(fake or {})}
          result = await agent(prompt, metadata={"fake": scripted}, **options)
          line = [result.call_id, prompt, result.status, result.cache_status, result.text]
          os.write(_seen, json.dumps(line).encode() + b"\\n")
          os.fsync(_seen)
          return result

      def asking(prompt, delay_ms=0, **options):
          return lambda: ask(prompt, delay_ms, **options)

      """;

  boolean done() {
    return status.equals("done");
  }

  boolean hit() {
    return cacheStatus.equals("hit");
  }

  /** All that was written down; a line that a kill cut short was not seen yet. */
  static List<Seen> in(Path file) {
    try {
      String lines = Files.exists(file) ? Files.readString(file) : "";
      return lines.substring(0, lines.lastIndexOf('\n') + 1).lines().map(Seen::of).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Seen of(String line) {
    JsonNode fields = Json.read(line);
    return new Seen(
        fields.get(0).stringValue(),
        fields.get(1).stringValue(),
        fields.get(2).stringValue(),
        fields.get(3).stringValue(),
        fields.get(4).isNull() ? null : fields.get(4).stringValue());
  }
}
