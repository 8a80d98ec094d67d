package dev.agentworkflows.adapter.acp;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.EnumSet;
import java.util.Set;

/** The entry of one kind of agent. */
abstract class AgentFactory implements AdapterFactory {

  private final AgentKind kind;

  AgentFactory(AgentKind kind) {
    this.kind = kind;
  }

  @Override
  public String name() {
    return kind.name();
  }

  @Override
  public Set<Capability> capabilities() {
    return capabilities(true);
  }

  /** What keeps an agent from writing keeps it from the tools of others, too. */
  @Override
  public Set<Capability> capabilities(boolean mutating) {
    Set<Capability> all =
        EnumSet.of(
            Capability.EDITS_FILES, Capability.EFFORT, Capability.IMAGES, Capability.SESSIONS);
    if (mutating) {
      all.add(Capability.MCP_SERVERS);
    }
    return all;
  }

  @Override
  public Set<String> secrets() {
    return kind.secrets();
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    return AcpAdapter.create(AgentSettings.of(kind, context), context);
  }
}
