package dev.agentworkflows.coordinator.option;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
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

  /** Whatever stands around them in a name. */
  private static final List<String> CALLED =
      List.of("apikey", "token", "secret", "passw", "credential", "accesskey", "privatekey");

  /** As words of a name alone: an author is no authorization. */
  private static final Set<String> CALLED_WORDS =
      Set.of(
          "key",
          "keys",
          "auth",
          "authorization",
          "cred",
          "creds",
          "cookie",
          "pat",
          "jwt",
          "pwd",
          "pass",
          "bearer",
          "dsn",
          "signature",
          "sig");

  private static final Pattern BETWEEN_WORDS =
      Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])");

  private static final Set<String> HARMLESS_HEADERS =
      Set.of("accept", "accept-language", "content-type", "user-agent", "mcp-protocol-version");

  private static final Pattern NAMED_VALUE =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_.-]*)=([^\\s=][^\\s]*)");

  private static final Pattern IN_ADDRESS =
      Pattern.compile("//([^/?#@]*:)?([^/?#@]+)@|[?&;]([^=&;#]*)=([^&;#]+)");

  private static final Pattern SCHEME = Pattern.compile("^(?i:bearer|basic|token)\\s+(.+)$");

  private static final Pattern SCHEME_INSIDE =
      Pattern.compile("\\b(?i:bearer|basic|token)\\s+([^\\s\"',]{6,})");

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
    Set<String> secrets = new LinkedHashSet<>();
    if (isSecret(place, text)) {
      secrets.addAll(withoutScheme(text));
    }
    Matcher named = NAMED_VALUE.matcher(text);
    while (named.find()) {
      if (isSecret(named.group(1), named.group(2))) {
        secrets.add(named.group(2));
      }
    }
    Matcher scheme = SCHEME_INSIDE.matcher(text);
    while (scheme.find()) {
      secrets.add(scheme.group(1));
    }
    if (text.contains("://")) {
      secrets.addAll(inAddress(text));
    }
    return List.copyOf(secrets);
  }

  /**
   * Whether a variable's value is a secret where it stands.
   *
   * @param name the variable's
   */
  static boolean isSecret(String place, String name, String value) {
    if (isCalledSecret(name) || isCalledSecret(place)) {
      return true;
    }
    if (place.startsWith("headers.")) {
      return !in(place, value).isEmpty();
    }
    return looksRandom(value) && !isPath(value);
  }

  /** What is taken for a path, as of HOME, would be taken out of every text. */
  private static boolean isPath(String value) {
    try {
      return value.startsWith("/") && Files.exists(Path.of(value));
    } catch (InvalidPathException e) {
      return false;
    }
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
    for (String part : url.split("[/?#]")) {
      if (looksRandom(part) && part.indexOf('@') < 0 && part.indexOf('.') < 0) {
        secrets.add(part);
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
    String together = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    return CALLED.stream().anyMatch(together::contains)
        || BETWEEN_WORDS
            .splitAsStream(name)
            .map(word -> word.toLowerCase(Locale.ROOT))
            .anyMatch(CALLED_WORDS::contains);
  }

  private static boolean looksRandom(String text) {
    return text.length() >= MIN_RANDOM
        && text.chars().noneMatch(c -> c == ' ' || c == '/' || c == '\\')
        && text.chars().anyMatch(Character::isDigit)
        && text.chars().anyMatch(Character::isLetter);
  }
}
