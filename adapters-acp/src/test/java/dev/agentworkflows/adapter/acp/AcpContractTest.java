package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.testkit.AgentContract;
import dev.agentworkflows.testkit.AgentOutput;
import dev.agentworkflows.testkit.AgentScript;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

class AcpContractTest extends AgentContract {

  private static final String KEY = "TEST_KEY";

  @Override
  protected AdapterFactory factory() {
    return new AcpAdapterFactory();
  }

  @Override
  protected String secretName() {
    return KEY;
  }

  @Override
  protected AgentScript script() {
    return new Agent();
  }

  /** Speaks the protocol as far as a shell can. */
  private static final class Agent implements AgentScript {

    private static final String SESSION = "session-1";

    @Override
    public Map<String, String> settings(Path script) {
      return Map.of(
          "command", "[\"" + script + "\"]", "api_key_env", KEY, "read_only_mode", "plan");
    }

    @Override
    public String begin() {
      return """
      give() { printf '{"jsonrpc":"2.0","id":%s,%s}\\n' "$id" "$1"; }
      while read -r request; do
        printf '%s\\n' "$request" >>"$here/heard"
        id=${request#*\\"id\\":}
        id=${id%%[,\\}]*}
        case $request in
        *'"method":"initialize"'*)
          give '"result":{"protocolVersion":1,"agentCapabilities":{"loadSession":true}}' ;;
        *'"method":"session/load"'*)
          if [ "$forgets" ]; then
            give '"error":{"code":-32002,"message":"Resource not found"}'
          else
            give '"result":{"modes":{"availableModes":[{"id":"build","name":"Build"},{"id":"plan","name":"Plan"}],"currentModeId":"build"}}'
          fi ;;
        *'"method":"session/new"'*)
          give '"result":{"sessionId":"session-1","modes":{"availableModes":[{"id":"build","name":"Build"},{"id":"plan","name":"Plan"}],"currentModeId":"build"}}' ;;
        *'"method":"session/set_mode"'*) give '"result":{}' ;;
        *'"method":"session/prompt"'*) break ;;
        esac
      done
      prompt=$(printf '%s' "$request" | sed 's/.*"text":"\\([^"]*\\)".*/\\1/')
      """;
    }

    @Override
    public String work() {
      return update(
          "\"sessionUpdate\":\"tool_call\",\"toolCallId\":\"t\",\"title\":\"Read\",\"kind\":\"read\"");
    }

    @Override
    public String answer(String text) {
      String chunk =
          "\"sessionUpdate\":\"agent_message_chunk\",\"content\":{\"type\":\"text\",\"text\":\"%s\"}"
              .formatted(text);
      return update(chunk)
          + "{\"jsonrpc\":\"2.0\",\"id\":@id@,\"result\":{\"stopReason\":\"end_turn\"}}\n";
    }

    @Override
    public AgentOutput overloaded(String why) {
      return failed(503, why, "");
    }

    @Override
    public AgentOutput refused(String why) {
      return failed(400, why, "");
    }

    @Override
    public Optional<AgentOutput> usageLimit(@Nullable Instant resetsAt) {
      String data =
          resetsAt == null ? "" : ",\"data\":{\"resets_at\":" + resetsAt.getEpochSecond() + "}";
      return Optional.of(failed(-32603, "You've hit your usage limit", data));
    }

    @Override
    public Optional<AgentOutput> exhausted() {
      return Optional.of(failed(-32603, "out of credits", ""));
    }

    @Override
    public Optional<String> session() {
      return Optional.of(SESSION);
    }

    @Override
    public String losesSession() {
      return "forgets=yes\n" + begin();
    }

    private static String update(String fields) {
      return """
      {"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"%s","update":{%s}}}
      """
          .formatted(SESSION, fields);
    }

    private static AgentOutput failed(int code, String message, String data) {
      String error =
          """
          {"jsonrpc":"2.0","id":@id@,"error":{"code":%d,"message":"%s"%s}}
          """
              .formatted(code, message, data);
      return AgentOutput.of(error);
    }
  }
}
