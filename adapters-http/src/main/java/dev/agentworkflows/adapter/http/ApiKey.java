package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A provider's key during one exchange.
 *
 * @param name the variable that holds it
 * @param value empty for an endpoint that needs none
 */
record ApiKey(String name, String value) {

  /** For an endpoint that asks nobody who he is. */
  static final ApiKey NONE = new ApiKey("", "");

  /**
   * Asks for the first of these that is set.
   *
   * @param names empty when the endpoint needs no key
   * @throws AdapterException when none is set, or its value can't be a key
   */
  static ApiKey ask(AdapterContext context, List<String> names) throws AdapterException {
    for (String name : names) {
      Optional<String> value = context.secret(name).map(String::strip).filter(s -> !s.isEmpty());
      if (value.isPresent()) {
        return checked(new ApiKey(name, value.get()));
      }
    }
    if (names.isEmpty()) {
      return NONE;
    }
    throw new AdapterException(
        Kind.UNAVAILABLE,
        "there is no API key: set the environment variable "
            + String.join(" or ", names)
            + " where the coordinator runs");
  }

  /** The HTTP client would name a value with a line break in its complaint about it. */
  private static ApiKey checked(ApiKey key) throws AdapterException {
    if (key.value.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new AdapterException(
          Kind.UNAVAILABLE,
          "the value of "
              + key.name
              + " is no API key: it holds a space, a line break or a"
              + " character that is not ASCII");
    }
    return key;
  }

  boolean isNone() {
    return value.isEmpty();
  }

  /** The text without the key, however a provider may have written it. */
  String scrub(String text) {
    if (isNone()) {
      return text;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return text.replace(value, replacement())
        .replace(value.replace("/", "\\/"), replacement())
        .replace(URLEncoder.encode(value, StandardCharsets.UTF_8), replacement())
        .replace(Base64.getEncoder().encodeToString(bytes), replacement());
  }

  private String replacement() {
    return "[redacted:" + name + "]";
  }

  @Override
  public String toString() {
    return "ApiKey[" + name + "]";
  }
}
