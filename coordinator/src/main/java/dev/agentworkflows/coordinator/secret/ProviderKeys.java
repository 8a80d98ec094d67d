package dev.agentworkflows.coordinator.secret;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment variables that hold providers' keys. */
public final class ProviderKeys {

  private static final List<String> VARIABLES =
      List.of(
          "ANTHROPIC_API_KEY",
          "ANTHROPIC_AUTH_TOKEN",
          "CLAUDE_CODE_OAUTH_TOKEN",
          "CODEX_API_KEY",
          "DEEPSEEK_API_KEY",
          "GEMINI_API_KEY",
          "GOOGLE_API_KEY",
          "OPENAI_API_KEY",
          "OPENROUTER_API_KEY");

  /** Tokens of our own are kept secret as providers' keys are. */
  private static final List<String> OWN_TOKENS = List.of("OWF_TOKEN", "OWF_RUN_TOKEN");

  private static final String CONFIGURED_PREFIX = "OWF_PROVIDER_";
  private static final String CONFIGURED_SUFFIX = "_API_KEY_ENV";

  private ProviderKeys() {}

  /**
   * Those that are set and not empty: name to value.
   *
   * @param configured names that the user gave to keys elsewhere than in the environment
   */
  public static Map<String, String> in(
      Map<String, String> environment, Collection<String> configured) {
    Map<String, String> keys = new LinkedHashMap<>();
    VARIABLES.forEach(name -> add(keys, name, environment));
    OWN_TOKENS.forEach(name -> add(keys, name, environment));
    configured.forEach(name -> add(keys, name, environment));
    environment.forEach((name, value) -> {
      if (name.startsWith(CONFIGURED_PREFIX) && name.endsWith(CONFIGURED_SUFFIX)) {
        add(keys, value, environment);
      }
    });
    return keys;
  }

  /** Whether it is the usual variable of a provider's key, set or not. */
  static boolean isUsual(String variable) {
    return VARIABLES.contains(variable);
  }

  private static void add(Map<String, String> keys, String name, Map<String, String> environment) {
    String value = environment.get(name);
    if (value != null && !value.isBlank()) {
      keys.put(name, value);
    }
  }
}
