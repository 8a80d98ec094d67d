package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.adapter.cli.ProgramPath;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How an agent is started and used: what is known of its kind, and what the user has set.
 *
 * @param secrets the names of those that its process gets
 * @param takesReadOnlyMode whether the user may name the mode of a read-only call
 * @param authMethod by which it is asked to log in before a session begins; null when it is not
 */
record AgentSettings(
    String name,
    ProgramPath program,
    List<String> arguments,
    Set<String> secrets,
    @Nullable String modelOption,
    AgentKind.@Nullable ReadOnly readOnly,
    boolean takesReadOnlyMode,
    @Nullable String authMethod) {

  private static final String COMMAND = "command";
  private static final String PROGRAM = "program";
  private static final String READ_ONLY_MODE = "read_only_mode";
  private static final String AUTH_METHOD = "auth_method";
  private static final String API_KEY_ENV = "api_key_env";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static AgentSettings of(AgentKind kind, AdapterContext context) throws AdapterException {
    Map<String, String> settings = context.settings();
    boolean any = kind.program().isEmpty();
    context.refuseSettingsBeyond(
        any
            ? Set.of(COMMAND, READ_ONLY_MODE, AUTH_METHOD, API_KEY_ENV)
            : Set.of(PROGRAM, AUTH_METHOD, API_KEY_ENV));
    List<String> command = any ? command(settings) : program(kind, settings);
    String setting =
        any
            ? "'command' of its entry"
            : "OWF_PROVIDER_%s_PROGRAM"
                .formatted(kind.name().toUpperCase(Locale.ROOT).replace('-', '_'));
    String install = any ? "as its vendor says" : kind.install();
    String mode = value(settings, READ_ONLY_MODE);
    return new AgentSettings(
        any ? command.get(0) : kind.name(),
        new ProgramPath(command.get(0), install, setting),
        command.subList(1, command.size()),
        secrets(kind, settings),
        kind.modelOption(),
        mode == null ? kind.readOnly() : new AgentKind.ReadOnly(mode, Map.of(), null),
        any,
        value(settings, AUTH_METHOD));
  }

  private static List<String> program(AgentKind kind, Map<String, String> settings)
      throws AdapterException {
    String program = settings.getOrDefault(PROGRAM, kind.program());
    if (program.isBlank()) {
      throw refused("'program' is empty; it must name a program, or not be set");
    }
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(kind.arguments());
    return command;
  }

  /** A JSON list of strings, or words between spaces. */
  private static List<String> command(Map<String, String> settings) throws AdapterException {
    String text = value(settings, COMMAND);
    if (text == null) {
      throw refused(
          "its entry names no command; 'command' must hold the program and its arguments,"
              + " as in [\"my-agent\", \"--acp\"]");
    }
    if (!text.startsWith("[")) {
      return List.of(text.split("\\s+"));
    }
    List<String> command = new ArrayList<>();
    try {
      for (JsonNode word : JSON.readTree(text)) {
        if (!word.isString()) {
          throw refused("'command' must hold strings alone");
        }
        command.add(word.stringValue());
      }
    } catch (JacksonException e) {
      throw refused("'command' is neither a JSON list of strings nor plain words");
    }
    if (command.isEmpty() || command.get(0).isBlank()) {
      throw refused("'command' names no program");
    }
    return command;
  }

  /** The variable that the user names instead of the vendor's own; none when the name is empty. */
  private static Set<String> secrets(AgentKind kind, Map<String, String> settings) {
    if (!settings.containsKey(API_KEY_ENV)) {
      return kind.secrets();
    }
    String own = value(settings, API_KEY_ENV);
    return own == null ? Set.of() : Set.of(own);
  }

  private static @Nullable String value(Map<String, String> settings, String name) {
    String value = settings.getOrDefault(name, "").strip();
    return value.isEmpty() ? null : value;
  }

  private static AdapterException refused(String why) {
    return new AdapterException(Kind.PERMANENT, why);
  }
}
