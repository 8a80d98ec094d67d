package dev.agentworkflows.coordinator.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address as {@code HOST:PORT}; an IPv6 address may stand in brackets.
 *
 * @param host without brackets
 */
record HostAndPort(String host, int port) {

  private static final int MAX_PORT = 65_535;
  private static final Pattern FORM =
      Pattern.compile("(?<host>\\[[^\\[\\]]+]|[^\\[\\]]+):(?<port>[0-9]{1,5})");

  /** Empty when it is none. Port 0, which lets the system choose, is one. */
  static Optional<HostAndPort> of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group("port")) > MAX_PORT) {
      return Optional.empty();
    }
    String host = matcher.group("host");
    return Optional.of(
        new HostAndPort(
            host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
            Integer.parseInt(matcher.group("port"))));
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
