package dev.agentworkflows.adapter.acp;

import java.util.List;
import java.util.Set;

/** The {@code goose} program, with the provider that it was configured for. */
public final class GooseAdapterFactory extends AgentFactory {

  public GooseAdapterFactory() {
    super(
        new AgentKind(
            "goose",
            "goose",
            List.of("acp"),
            "https://block.github.io/goose",
            Set.of(),
            null,
            null));
  }
}
