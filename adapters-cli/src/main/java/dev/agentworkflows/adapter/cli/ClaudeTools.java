package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterException.Kind;
import dev.agentworkflows.spi.AgentCall;
import dev.agentworkflows.spi.McpServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which tools a call has: its own {@code tools}, and those of its MCP servers.
 *
 * @param own the program's own tools; null for its usual ones
 * @param allowed those that it may use without being asked
 */
record ClaudeTools(@Nullable List<String> own, List<String> allowed) {

  private static final String OF_SERVER = "mcp__";

  /** Never something that the program would take for an option or a rule. */
  private static final Pattern TOOL = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

  /**
   * @param readOnly all that a read-only call may have
   */
  static ClaudeTools of(AgentCall call, Set<String> readOnly) throws AdapterException {
    List<String> tools = call.options().tools();
    List<String> own = new ArrayList<>();
    List<String> ofServers = new ArrayList<>();
    for (String tool : tools == null ? List.<String>of() : tools) {
      if (!TOOL.matcher(tool).matches()) {
        throw refused(
            "'%s' is no tool's name; rules, as Bash(git log *), go into permissions"
                .formatted(tool));
      }
      if (tool.startsWith(OF_SERVER)) {
        ofServers.add(tool);
      } else if (!call.mutating() && !readOnly.contains(tool)) {
        throw refused(
            ("'%s' is none that a read-only call may have: it could change files. Those are %s."
                    + " Give the call a write_scope, or isolation=\"worktree\", if it may edit")
                .formatted(tool, String.join(", ", new TreeSet<>(readOnly))));
      } else {
        own.add(tool);
      }
    }
    List<String> allowed = new ArrayList<>(own);
    for (McpServer server : call.options().mcpServers()) {
      allowed.addAll(allowed(server, ofServers));
    }
    if (!ofServers.isEmpty()) {
      throw refused(
          "'%s' is a tool of a server that is not among mcp_servers".formatted(ofServers.get(0)));
    }
    return new ClaudeTools(tools == null ? null : own, allowed);
  }

  /** All of a server's tools, or those that are named; takes these from the list. */
  private static List<String> allowed(McpServer server, List<String> named) {
    String all = OF_SERVER + server.name();
    List<String> some = new ArrayList<>();
    named.removeIf(tool -> {
      boolean its = tool.equals(all) || tool.startsWith(all + "__");
      if (its) {
        some.add(tool);
      }
      return its;
    });
    return some.isEmpty() ? List.of(all) : some;
  }

  private static AdapterException refused(String why) {
    return new AdapterException(Kind.PERMANENT, "tools: " + why);
  }
}
