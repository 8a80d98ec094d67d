package dev.agentworkflows.adapter.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Variables of a program's environment that carry the secrets of its MCP servers: on a command line
 * each user of the machine could read them, and in a file they could stay behind.
 */
final class ServerVariables {

  private static final String PREFIX = "OWF_MCP_VALUE_";

  private final Map<String, String> values = new LinkedHashMap<>();

  /** The name of the variable that holds this value. */
  String holding(String value) {
    String name = PREFIX + values.size();
    values.put(name, value);
    return name;
  }

  Map<String, String> environment() {
    return values;
  }
}
