package dev.agentworkflows.coordinator.cli;

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
}
