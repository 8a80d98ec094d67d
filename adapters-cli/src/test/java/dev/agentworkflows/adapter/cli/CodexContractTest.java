package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AdapterContract;
import dev.agentworkflows.testkit.Backend;
import java.nio.file.Path;

class CodexContractTest extends AdapterContract {

  @Override
  protected AdapterFactory factory() {
    return new CodexAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "OPENAI_API_KEY";
  }

  @Override
  protected Backend startBackend(Path directory) {
    return new ScriptBackend(
        directory,
        secretName(),
        """
        echo '{"type":"turn.started"}'
        printf '{"type":"item.completed","item":{"type":"agent_message","text":"%s"}}\\n' "$text"
        echo '{"type":"turn.completed","usage":{"input_tokens":3,"output_tokens":1}}'
        """,
        """
        printf '{"type":"error","message":"Reconnecting... 1/5 (status: %s)"}\\n' "$status"
        printf '{"type":"turn.failed","error":{"message":"last status: %s, %s"}}\\n' \\
          "$status" "$why"
        exit 1
        """);
  }
}
