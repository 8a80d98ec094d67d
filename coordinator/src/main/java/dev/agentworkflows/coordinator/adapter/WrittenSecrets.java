package dev.agentworkflows.coordinator.adapter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets that people wrote into the settings of a provider, where a variable's name or a plain
 * address was expected: they are kept as secret as others.
 */
final class WrittenSecrets {

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern USER_INFO =
      Pattern.compile("^([^/?#]*//)?+([^:/?#]*)(?::(?!\\d+/)(.*))?@");
  private static final Pattern QUERY_VALUE = Pattern.compile("[?&;#][^=&;#]*=([^&;#]*)");
  private static final List<String> KEY_PREFIXES =
      List.of("sk_", "gsk_", "hf_", "xai_", "ghp_", "gho_", "github_pat_", "AIza", "pk_", "r8_");
  private static final List<String> SECRET_SETTINGS =
      List.of("api_key", "token", "secret", "password");

  /** Names of variables are words; as long as this, and with letters of both cases, few are. */
  private static final int MIN_RANDOM = 20;

  private final Map<String, String> environment;
  private final Map<String, String> found = new LinkedHashMap<>();

  WrittenSecrets(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Whether what should be a variable's name is a key by the look of it. */
  static boolean isKey(String value, Map<String, String> environment) {
    if (value.isEmpty() || environment.containsKey(value)) {
      return false;
    }
    if (!VARIABLE.matcher(value).matches()) {
      return true;
    }
    long digits = value.chars().filter(Character::isDigit).count();
    boolean lower = value.chars().anyMatch(Character::isLowerCase);
    return KEY_PREFIXES.stream().anyMatch(value::startsWith)
        || (value.length() >= MIN_RANDOM
            && ((lower && digits > 0) || (digits > 4 && value.indexOf('_') < 0)));
  }

  /** The address without user, password, query and fragment. */
  static String withoutSecrets(String url) {
    String bare = USER_INFO.matcher(url).replaceFirst("$1[redacted]@");
    return bare.replaceFirst("[?#].*$", "?[redacted]");
  }

  /**
   * Looks through a setting.
   *
   * @param place where it stands
   * @param setting its name, or a variable's that ends like it
   */
  void add(String place, String setting, String value) {
    String text = value.strip();
    if (setting.endsWith("base_url")) {
      inAddress(place, text);
    } else if (setting.endsWith(ProviderConfiguration.API_KEY_ENV)) {
      if (isKey(text, environment)) {
        found.put(place, text);
      }
    } else if (SECRET_SETTINGS.stream().anyMatch(setting::endsWith)) {
      found.put(place, text);
    }
  }

  private void inAddress(String place, String url) {
    Matcher user = USER_INFO.matcher(url);
    if (user.find()) {
      // Without a password, the user is the secret, as a token is.
      found.put(place, user.group(3) == null ? user.group(2) : user.group(3));
    }
    Matcher query = QUERY_VALUE.matcher(url);
    for (int i = 1; query.find(); i++) {
      found.put(found.containsKey(place) ? place + "." + i : place, query.group(1));
    }
  }

  Map<String, String> found() {
    return Collections.unmodifiableMap(found);
  }
}
