package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AdapterContract;
import dev.agentworkflows.testkit.Backend;
import java.nio.file.Path;

class ClaudeContractTest extends AdapterContract {

  @Override
  protected AdapterFactory factory() {
    return new ClaudeAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "ANTHROPIC_API_KEY";
  }

  @Override
  protected Backend startBackend(Path directory) {
    return new ScriptBackend(
        directory,
        secretName(),
        """
        printf '{"type":"result","subtype":"success","is_error":false,"result":"%s"}\\n' "$text"
        """,
        """
        printf '{"type":"result","subtype":"success","is_error":true,"api_error_status":%s,"result":"%s"}\\n' \\
          "$status" "$why"
        echo "standard error: $why" >&2
        exit 1
        """);
  }
}
