package dev.agentworkflows.coordinator.option;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which texts in the declaration of an MCP server are secrets. All headers are but those that are
 * surely none, and so is what is called like a secret; of the rest, what looks like a key.
 */
final class ServerSecrets {

  private static final List<String> CALLED =
      List.of("key", "token", "secret", "passw", "auth", "cred", "cookie", "pat_");

  private static final Set<String> HARMLESS_HEADERS =
      Set.of("accept", "accept-language", "content-type", "user-agent", "mcp-protocol-version");

  private static final Pattern OPTION_VALUE = Pattern.compile("^-{1,2}([A-Za-z0-9_.-]+)=(.+)$");

  private static final Pattern IN_ADDRESS =
      Pattern.compile("//([^/?#@]*:)?([^/?#@]+)@|[?&;]([^=&;#]*)=([^&;#]+)");

  private static final Pattern SCHEME = Pattern.compile("^(?i:bearer|basic|token)\\s+(.+)$");

  private static final int MIN_RANDOM = 20;

  private ServerSecrets() {}

  /**
   * The parts of a text that are secrets; empty when none is.
   *
   * @param place as {@link DeclaredServer.Resolver} has it
   */
  static List<String> in(String place, String text) {
    if (place.equals("url")) {
      return inAddress(text);
    }
    if (place.startsWith("headers.")) {
      String header = place.substring("headers.".length()).toLowerCase(Locale.ROOT);
      return HARMLESS_HEADERS.contains(header) ? List.of() : withoutScheme(text);
    }
    Matcher option = OPTION_VALUE.matcher(text);
    if (place.startsWith("args ") && option.matches()) {
      return isSecret(option.group(1), option.group(2)) ? List.of(option.group(2)) : List.of();
    }
    return isSecret(place, text) ? withoutScheme(text) : List.of();
  }

  private static List<String> inAddress(String url) {
    Matcher found = IN_ADDRESS.matcher(url);
    List<String> secrets = new ArrayList<>();
    while (found.find()) {
      if (found.group(2) != null) {
        secrets.add(found.group(2));
      } else if (isSecret(found.group(3), found.group(4))) {
        secrets.add(found.group(4));
      }
    }
    return secrets;
  }

  private static List<String> withoutScheme(String text) {
    Matcher scheme = SCHEME.matcher(text.strip());
    return List.of(scheme.matches() ? scheme.group(1) : text.strip());
  }

  private static boolean isSecret(String name, String text) {
    return isCalledSecret(name) || looksRandom(text);
  }

  /** Whether what has this name is a secret by it. */
  static boolean isCalledSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return CALLED.stream().anyMatch(lower::contains);
  }

  private static boolean looksRandom(String text) {
    return text.length() >= MIN_RANDOM
        && text.chars().noneMatch(c -> c == ' ' || c == '/' || c == '\\')
        && text.chars().anyMatch(Character::isDigit)
        && text.chars().anyMatch(Character::isLetter);
  }
}
