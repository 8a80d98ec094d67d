package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.McpServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * MCP servers in the words of {@code codex -c}. The values of their variables and headers travel in
 * the program's environment; a shell gives a server's program its own, whatever they are called.
 */
final class CodexServers {

  /**
   * Waited for, and a failure when it does not start; and nobody is there to approve its tools
   * (seen with 0.169.0).
   */
  private static final String USED =
      "enabled = true, required = true, default_tools_approval_mode = \"approve\"";

  /** Nothing else goes into a shell's script. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private CodexServers() {}

  /** The settings, each for a {@code -c} of its own. */
  static List<String> settings(List<McpServer> servers, ServerVariables variables)
      throws AdapterException {
    List<String> settings = new ArrayList<>();
    for (McpServer server : servers) {
      String table =
          server instanceof McpServer.Program program
              ? table(program, variables)
              : table((McpServer.Remote) server, variables);
      settings.add("mcp_servers." + server.name() + "={" + table + ", " + USED + "}");
    }
    return settings;
  }

  private static String table(McpServer.Program program, ServerVariables variables)
      throws AdapterException {
    StringBuilder script = new StringBuilder();
    List<String> names = new ArrayList<>();
    for (var entry : program.env().entrySet()) {
      if (!NAME.matcher(entry.getKey()).matches()) {
        throw new AdapterException(
            Kind.PERMANENT,
            "mcp_servers: '%s' can't be the name of a variable".formatted(entry.getKey()));
      }
      String variable = variables.holding(entry.getValue());
      names.add(variable);
      script.append("export %s=\"$%s\"; ".formatted(entry.getKey(), variable));
    }
    StringBuilder command = new StringBuilder("exec");
    List<String> words = new ArrayList<>(List.of(program.command()));
    words.addAll(program.args());
    for (String word : words) {
      String variable = variables.holding(word);
      names.add(variable);
      command.append(" \"$").append(variable).append('"');
    }
    List<String> args = List.of("-c", script.append(command).toString());
    return "command = \"/bin/sh\", args = %s, env_vars = %s"
        .formatted(Toml.list(args), Toml.list(names));
  }

  private static String table(McpServer.Remote remote, ServerVariables variables)
      throws AdapterException {
    if (remote.url().matches("[^?#]*[?#].*|[^/]*//[^/]*@.*")) {
      throw new AdapterException(
          Kind.PERMANENT,
          "mcp_servers: codex has the address of '%s' on its command line, where others can read it:"
                  .formatted(remote.name())
              + " let it have no query and no user's name, and put secrets into headers");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    remote.headers().forEach((name, value) -> headers.put(name, variables.holding(value)));
    return "url = %s, env_http_headers = %s"
        .formatted(Toml.string(remote.url()), Toml.table(headers));
  }
}
