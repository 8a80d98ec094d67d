package dev.agentworkflows.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A server of the Model Context Protocol whose tools a call's agent gets. Variables in it are
 * resolved, so it holds secrets: never write it anywhere but where the agent reads it.
 *
 * @since level 5
 */
public sealed interface McpServer {

  /** As the script calls it: letters, digits, {@code _} and {@code -}. */
  String name();

  /** A program that the agent starts, and speaks to over its standard input and output. */
  record Program(String name, String command, List<String> args, Map<String, String> env)
      implements McpServer {

    public Program {
      args = List.copyOf(args);
      env = inOrder(env);
    }

    @Override
    public String toString() {
      return "Program[" + name + "]";
    }
  }

  /** A server that is reached over HTTP. */
  record Remote(String name, String url, Map<String, String> headers) implements McpServer {

    public Remote {
      headers = inOrder(headers);
    }

    @Override
    public String toString() {
      return "Remote[" + name + "]";
    }
  }

  private static Map<String, String> inOrder(Map<String, String> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
