package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.adapter.http.StrictSchema;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.AttachedFile;
import dev.agentworkflows.spi.CallContext;
import dev.agentworkflows.spi.CallOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code codex exec}. Its sandbox, which the operating system enforces, keeps a read-only call from
 * writing, and a mutating one inside its directory.
 */
final class CodexProgram implements AgentProgram {

  /**
   * Settings of a user that would change what a call means. Its configuration stays: it says which
   * model answers, and how; so do its MCP servers, which it names.
   */
  private static final List<String> NOTHING_OF_THE_USERS =
      List.of("features.hooks=false", "features.plugins=false", "features.memories=false");

  /** The system takes no longer word than 128 KiB; a character may be four bytes. */
  private static final int MAX_SETTING = 30_000;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @Override
  public String name() {
    return "codex";
  }

  @Override
  public String install() {
    return "npm install -g @openai/codex";
  }

  @Override
  public Set<String> secrets() {
    return CodexAdapterFactory.KEYS;
  }

  @Override
  public AgentEventParser open(AgentCall call, CallContext context, Start start)
      throws AdapterException {
    Permissions.of(call.permissionsJson(), "codex", Set.of());
    String session = ProgramSession.of(call, "codex");
    if (session != null && CodexConversation.hasOwnSystem(call)) {
      throw ProgramSession.lost(
          "codex", "a session takes no other instructions than it began with");
    }
    ServerVariables variables = new ServerVariables();
    String schema = call.schemaJson() == null ? null : strict(call.schemaJson());
    List<String> options = options(call.options(), start.files(), variables);
    if (schema != null) {
      options.add("--output-schema=" + start.files().write("schema.json", schema));
    }
    return new CodexConversation(
        call,
        session,
        context,
        options,
        variables.environment(),
        call.schemaJson() != null && schema == null);
  }

  /** What the model can be held to; null when it can't. */
  private static @Nullable String strict(String schemaJson) {
    return StrictSchema.of(JSON.readTree(schemaJson)).map(JSON::writeValueAsString).orElse(null);
  }

  private static List<String> options(
      CallOptions options, CallFiles files, ServerVariables variables) throws AdapterException {
    List<String> arguments = new ArrayList<>();
    for (AttachedFile file : options.files()) {
      String name = "image" + arguments.size() + file.type().suffix();
      arguments.add("--image=" + files.write(name, file.content()));
    }
    List<String> settings = new ArrayList<>(NOTHING_OF_THE_USERS);
    if (options.system() != null) {
      settings.add("developer_instructions=" + Toml.string(options.system()));
    }
    if (options.effort() != null) {
      settings.add("model_reasoning_effort=" + Toml.string(options.effort().label()));
    }
    settings.addAll(CodexServers.settings(options.mcpServers(), variables));
    for (String setting : settings) {
      if (setting.length() > MAX_SETTING) {
        throw new AdapterException(
            Kind.PERMANENT,
            "'%s' is longer than the %,d characters that go on a command line"
                .formatted(setting.substring(0, setting.indexOf('=')), MAX_SETTING));
      }
      arguments.addAll(List.of("-c", setting));
    }
    return arguments;
  }
}
