package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an endpoint is and what it needs: a factory's defaults, and over them what the user
 * configured.
 *
 * @param defaultModel of a call that names none
 * @param baseUrl without a slash at its end
 * @param keyVariables the first of these that is set holds the key; empty for none
 * @param maxTokens how long an answer may be; null to leave that to the provider
 */
public record EndpointSettings(
    String defaultModel, String baseUrl, List<String> keyVariables, @Nullable Integer maxTokens) {

  private static final String BASE_URL = "base_url";
  private static final String API_KEY_ENV = "api_key_env";
  private static final String MAX_TOKENS = "max_tokens";

  public EndpointSettings {
    keyVariables = List.copyOf(keyVariables);
  }

  /**
   * These with the user's own settings over them. An empty {@code api_key_env} means that the
   * endpoint needs no key.
   *
   * @throws AdapterException when one is unknown or makes no sense
   */
  public EndpointSettings configuredBy(AdapterContext context) throws AdapterException {
    context.refuseSettingsBeyond(Set.of(BASE_URL, API_KEY_ENV, MAX_TOKENS));
    Map<String, String> settings = context.settings();
    String keyVariable = settings.get(API_KEY_ENV);
    Optional<String> limit = set(settings, MAX_TOKENS);
    return new EndpointSettings(
        defaultModel,
        checkedUrl(set(settings, BASE_URL).orElse(baseUrl)),
        keyVariable == null
            ? keyVariables
            : keyVariable.isBlank() ? List.of() : List.of(keyVariable.strip()),
        limit.isPresent() ? positive(limit.get()) : maxTokens);
  }

  /** An empty variable is how people take a setting back. */
  private static Optional<String> set(Map<String, String> settings, String name) {
    return Optional.ofNullable(settings.get(name)).filter(value -> !value.isBlank());
  }

  private static String checkedUrl(String url) throws AdapterException {
    String bare = url.strip().replaceAll("/+$", "");
    try {
      URI uri = new URI(bare);
      boolean http = "http".equalsIgnoreCase(uri.getScheme());
      if ((http || "https".equalsIgnoreCase(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return bare;
      }
    } catch (URISyntaxException e) {
      // told below; the parser would repeat the value, which may hold a password
    }
    throw new AdapterException(
        Kind.PERMANENT,
        "the setting base_url is no usable address: expected http:// or https://, a host and"
            + " perhaps a path, without user, query and fragment");
  }

  private static Integer positive(String value) throws AdapterException {
    try {
      int number = Integer.parseInt(value.strip());
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, together with numbers that make no sense
    }
    throw new AdapterException(
        Kind.PERMANENT,
        "the setting max_tokens is '" + value + "', where a whole number above 0 was expected");
  }
}
