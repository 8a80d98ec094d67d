package dev.agentworkflows.adapter.acp;

import java.util.List;
import java.util.Set;

/** Any agent that speaks the protocol: the {@code command} of its entry starts it. */
public final class AcpAdapterFactory extends AgentFactory {

  static final String NAME = "acp";

  public AcpAdapterFactory() {
    super(new AgentKind(NAME, "", List.of(), "", Set.of(), null, null));
  }
}
