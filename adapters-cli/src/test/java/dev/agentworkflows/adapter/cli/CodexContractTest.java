package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AgentContract;
import dev.agentworkflows.testkit.AgentOutput;
import dev.agentworkflows.testkit.AgentScript;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

class CodexContractTest extends AgentContract {

  @Override
  protected AdapterFactory factory() {
    return new CodexAdapterFactory();
  }

  @Override
  protected String secretName() {
    return "OPENAI_API_KEY";
  }

  @Override
  protected AgentScript script() {
    return new Codex();
  }

  private static final class Codex implements AgentScript {

    private static final String SESSION = "01a227e8-079a-7321-ac28-adf9d4748723";

    @Override
    public String work() {
      return """
      {"type":"turn.started"}
      {"type":"item.completed","item":{"type":"agent_message","text":"I will begin"}}
      {"type":"item.started","item":{"type":"command_execution","command":"make test"}}
      """;
    }

    @Override
    public String answer(String text) {
      return """
      {"type":"thread.started","thread_id":"%s"}
      {"type":"item.completed","item":{"type":"agent_message","text":"%s"}}
      {"type":"turn.completed","usage":{"input_tokens":3,"output_tokens":1}}
      """
          .formatted(SESSION, text);
    }

    @Override
    public AgentOutput overloaded(String why) {
      return failed("last status: 503 Service Unavailable, " + why, "");
    }

    @Override
    public AgentOutput refused(String why) {
      return failed("last status: 400 Bad Request, " + why, "");
    }

    @Override
    public Optional<AgentOutput> usageLimit(@Nullable Instant resetsAt) {
      String fields =
          resetsAt == null
              ? ""
              : ",\"type\":\"usage_limit_reached\",\"resets_at\":" + resetsAt.getEpochSecond();
      return Optional.of(failed("You've hit your usage limit.", fields));
    }

    @Override
    public Optional<AgentOutput> exhausted() {
      return Optional.of(failed("Your workspace is out of credits.", ""));
    }

    @Override
    public Optional<String> session() {
      return Optional.of(SESSION);
    }

    @Override
    public String losesSession() {
      return """
      echo 'Error: thread/fork: thread/fork failed: no rollout found for thread id 01a2' >&2
      exit 1
      """;
    }

    private static AgentOutput failed(String why, String fields) {
      String lines =
          """
          {"type":"error","message":"%1$s"}
          {"type":"turn.failed","error":{"message":"%1$s"%2$s}}
          """
              .formatted(why, fields);
      return new AgentOutput(lines, "", 1);
    }
  }
}
