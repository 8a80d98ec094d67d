package dev.agentworkflows.adapter.acp;

import java.util.List;
import java.util.Set;

/** The {@code copilot} program (GitHub Copilot CLI), with its own login. */
public final class CopilotAdapterFactory extends AgentFactory {

  public CopilotAdapterFactory() {
    super(
        new AgentKind(
            "copilot",
            "copilot",
            List.of("--acp", "--stdio"),
            "npm install -g @github/copilot",
            Set.of("COPILOT_GITHUB_TOKEN"),
            null,
            null));
  }
}
