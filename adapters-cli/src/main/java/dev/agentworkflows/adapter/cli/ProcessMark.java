package dev.agentworkflows.adapter.cli;

import java.util.Map;
import java.util.UUID;

/**
 * A variable in the environment of one call's processes that no other process has. Children inherit
 * it, so it finds also those that changed their parent, their group or their session.
 */
record ProcessMark(String value) {

  static final String VARIABLE = "OWF_AGENT_PROCESS";

  static ProcessMark fresh() {
    return new ProcessMark(UUID.randomUUID().toString());
  }

  void putInto(Map<String, String> environment) {
    environment.put(VARIABLE, value);
  }

  /** As it stands in an environment. */
  String entry() {
    return VARIABLE + "=" + value;
  }
}
