package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.EnumSet;
import java.util.Set;

/** The {@code claude} program (Claude Code), headless, with its own login. */
public final class ClaudeAdapterFactory implements AdapterFactory {

  /** Its own vendor's. */
  static final Set<String> KEYS =
      Set.of("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN");

  @Override
  public String name() {
    return "claude";
  }

  @Override
  public Set<String> aliases() {
    return Set.of("claude-cli");
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.complementOf(EnumSet.of(Capability.BATCHES, Capability.HISTORY));
  }

  @Override
  public Set<String> secrets() {
    return KEYS;
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    return ProgramAdapter.create(new ClaudeProgram(), context);
  }
}
