package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AgentContract;
import dev.agentworkflows.testkit.AgentOutput;
import dev.agentworkflows.testkit.AgentScript;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

class ClaudeContractTest extends AgentContract {

  @Override
  protected AdapterFactory factory() {
    return new ClaudeAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "ANTHROPIC_API_KEY";
  }

  @Override
  protected AgentScript script() {
    return new Claude();
  }

  private static final class Claude implements AgentScript {

    private static final String SESSION = "d20b8701-b66e-4319-8c6c-d01f3b9a9789";

    @Override
    public String work() {
      return """
      {"type":"system","subtype":"init","model":"claude-x"}
      {"type":"assistant","message":{"id":"m1","model":"claude-x","content":[{"type":"tool_use","name":"Edit","input":{"file_path":"src/main.c"}}],"usage":{"input_tokens":10,"output_tokens":1}},"parent_tool_use_id":null}
      """;
    }

    @Override
    public String answer(String text) {
      return """
      {"type":"result","subtype":"success","is_error":false,"result":"%s","session_id":"%s"}
      """
          .formatted(text, SESSION);
    }

    @Override
    public AgentOutput overloaded(String why) {
      return failed(529, why);
    }

    @Override
    public AgentOutput refused(String why) {
      return failed(400, why);
    }

    @Override
    public Optional<AgentOutput> usageLimit(@Nullable Instant resetsAt) {
      String when = resetsAt == null ? "" : ",\"resetsAt\":" + resetsAt.getEpochSecond();
      AgentOutput end = failed(429, "You've hit your session limit");
      String lines =
          """
          {"type":"rate_limit_event","rate_limit_info":{"status":"rejected","rateLimitType":"five_hour"%s}}
          {"type":"assistant","error":"rate_limit","message":{"id":"m","model":"<synthetic>","content":[]}}
          """
              .formatted(when);
      return Optional.of(new AgentOutput(lines + end.lines(), end.errors(), end.exitCode()));
    }

    @Override
    public Optional<AgentOutput> exhausted() {
      return Optional.of(failed(400, "Credit balance is too low"));
    }

    @Override
    public Optional<String> session() {
      return Optional.of(SESSION);
    }

    /** As claude 2.1.197 says it. */
    @Override
    public String losesSession() {
      return """
      cat <<'END'
      {"type":"result","subtype":"error_during_execution","is_error":true,"num_turns":0,"session_id":"a0cd7c9b-e322-4319-8c6c-d01f3b9a9789","total_cost_usd":0,"usage":{"input_tokens":0,"output_tokens":0},"errors":["No conversation found with session ID: 0362a74b"]}
      END
      exit 1
      """;
    }

    private static AgentOutput failed(int status, String why) {
      String lines =
          """
          {"type":"result","subtype":"success","is_error":true,"api_error_status":%d,"result":"%s"}
          """
              .formatted(status, why);
      return new AgentOutput(lines, "standard error: " + why + "\n", 1);
    }
  }
}
