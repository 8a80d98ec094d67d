package dev.agentworkflows.coordinator.cli;

import dev.agentworkflows.coordinator.app.Environment;
import dev.agentworkflows.coordinator.home.WorkflowHome;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Options that lead to a remote coordinator. */
final class RemoteOptions {

  /** Each with the variable that stands in for it. */
  static final Map<String, String> VARIABLES =
      new TreeMap<>(
          Map.of(
              "--coordinator", "OWF_COORDINATOR",
              "--ca", "OWF_CA",
              "--client-cert", "OWF_CLIENT_CERT",
              "--client-key", "OWF_CLIENT_KEY",
              "--token-file", "OWF_TOKEN_FILE"));

  private RemoteOptions() {}

  /** For commands that are carried out here and on this home, whatever was set. */
  static Environment at(WorkflowHome home, Environment environment) {
    Map<String, String> variables = new HashMap<>(environment.variables());
    variables.put("OWF_HOME", home.directory().toString());
    variables.keySet().removeAll(VARIABLES.values());
    return environment.with(Map.copyOf(variables));
  }
}
