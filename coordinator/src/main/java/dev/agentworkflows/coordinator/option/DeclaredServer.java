package dev.agentworkflows.coordinator.option;

import dev.agentworkflows.coordinator.json.Json;
import dev.agentworkflows.coordinator.json.JsonTextException;
import dev.agentworkflows.spi.McpServer;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * An MCP server as a script declares it: {@code {"command", "args", "env"}} or {@code {"url",
 * "headers"}}, with {@code ${VARIABLE}} for what the coordinator knows.
 *
 * @param declaration the script's own object, which makes sense
 */
public record DeclaredServer(String name, JsonNode declaration) {

  private static final int MAX_SERVERS = 20;

  /** Agents make one word of it and the tools' names, with two underscores between. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*");

  private static final int MAX_NAME = 64;

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9_-]+");

  private static final Set<String> OF_PROGRAMS = new TreeSet<>(Set.of("command", "args", "env"));
  private static final Set<String> OF_ADDRESSES = new TreeSet<>(Set.of("url", "headers"));

  /** Makes a text of what a script wrote. */
  @FunctionalInterface
  interface Resolver {

    /**
     * @param place where the text stands: {@code env.TOKEN}
     */
    String resolve(String place, String text) throws OptionException;
  }

  static List<DeclaredServer> all(String json) throws OptionException {
    JsonNode document;
    try {
      document = Json.read(json);
    } catch (JsonTextException e) {
      throw new OptionException("mcp_servers: expected JSON; " + e.getMessage());
    }
    if (!document.isObject()) {
      throw new OptionException(
          "mcp_servers: expected an object (a dict) of servers by their names");
    }
    if (document.size() > MAX_SERVERS) {
      throw new OptionException(
          "mcp_servers: expected at most %d, found %d".formatted(MAX_SERVERS, document.size()));
    }
    List<DeclaredServer> servers = new ArrayList<>();
    for (var entry : document.properties()) {
      DeclaredServer server = new DeclaredServer(entry.getKey(), entry.getValue());
      server.check();
      servers.add(server);
    }
    return servers;
  }

  private void check() throws OptionException {
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      throw new OptionException(
          ("mcp_servers: '%s' can't be a server's name: letters, digits, '-' and single '_'"
                  + " between them, at most %d")
              .formatted(name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name, MAX_NAME));
    }
    if (!declaration.isObject()) {
      throw refused("must be an object (a dict)");
    }
    if (declaration.has("command") == declaration.has("url")) {
      throw refused("must have either a 'command' or a 'url'");
    }
    Set<String> known = isProgram() ? OF_PROGRAMS : OF_ADDRESSES;
    for (String key : declaration.propertyNames()) {
      if (!known.contains(key)) {
        throw refused("has '%s'; known beside each other are %s".formatted(key, known));
      }
    }
    resolved((place, text) -> text);
  }

  boolean isProgram() {
    return declaration.has("command");
  }

  /** With every text as the resolver makes it. */
  McpServer resolved(Resolver resolver) throws OptionException {
    if (isProgram()) {
      return new McpServer.Program(
          name,
          notBlank("command", resolver.resolve("command", text("command"))),
          args(resolver),
          map("env", resolver));
    }
    String url = resolver.resolve("url", text("url"));
    if (!url.contains("${")) {
      checkUrl(url);
    }
    Map<String, String> headers = map("headers", resolver);
    for (var header : headers.entrySet()) {
      if (header.getValue().chars().anyMatch(c -> c < ' ')) {
        throw refused("headers." + header.getKey() + " must be one line");
      }
    }
    return new McpServer.Remote(name, url, headers);
  }

  private void checkUrl(String url) throws OptionException {
    try {
      URI uri = new URI(url);
      String scheme = String.valueOf(uri.getScheme());
      if ((scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
          && uri.getHost() != null) {
        return;
      }
    } catch (URISyntaxException e) {
      // told below; the parser would repeat the address, which may hold a password
    }
    throw refused("url must be an address that begins with http:// or https://");
  }

  private List<String> args(Resolver resolver) throws OptionException {
    JsonNode list = declaration.path("args");
    if (!list.isMissingNode() && !list.isArray()) {
      throw refused("args must be a list of strings");
    }
    List<String> args = new ArrayList<>();
    for (JsonNode arg : list) {
      if (!arg.isString()) {
        throw refused("args must be a list of strings");
      }
      String last = args.isEmpty() ? "" : args.get(args.size() - 1);
      String before = last.startsWith("-") ? last : "";
      args.add(withoutNul("args", resolver.resolve("args " + before, arg.stringValue())));
    }
    return args;
  }

  private Map<String, String> map(String key, Resolver resolver) throws OptionException {
    JsonNode object = declaration.path(key);
    if (!object.isMissingNode() && !object.isObject()) {
      throw refused(key + " must be an object (a dict) of strings");
    }
    Map<String, String> map = new LinkedHashMap<>();
    for (var entry : object.properties()) {
      if (!entry.getValue().isString()) {
        throw refused(key + "." + entry.getKey() + " must be a string");
      }
      if (!(key.equals("env") ? VARIABLE : HEADER).matcher(entry.getKey()).matches()) {
        throw refused(key + " has '" + entry.getKey() + "', which can't be a name there");
      }
      String place = key + "." + entry.getKey();
      String value = resolver.resolve(place, entry.getValue().stringValue());
      map.put(entry.getKey(), withoutNul(place, value));
    }
    return map;
  }

  private String text(String key) throws OptionException {
    JsonNode text = declaration.path(key);
    if (!text.isString()) {
      throw refused(key + " must be a string");
    }
    return withoutNul(key, text.stringValue());
  }

  private String notBlank(String key, String text) throws OptionException {
    if (text.isBlank()) {
      throw refused(key + " is empty");
    }
    return text;
  }

  private String withoutNul(String key, String text) throws OptionException {
    if (text.indexOf('\0') >= 0) {
      throw refused(key + " holds a NUL");
    }
    return text;
  }

  OptionException refused(String why) {
    return new OptionException("mcp_servers: '%s' %s".formatted(name, why));
  }
}
