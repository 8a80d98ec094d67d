package dev.agentworkflows.adapter.cli;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.Set;

/** The {@code codex} program (Codex CLI), headless, with its own login. */
public final class CodexAdapterFactory implements AdapterFactory {

  /** Its own vendor's. */
  static final Set<String> KEYS = Set.of("CODEX_API_KEY", "OPENAI_API_KEY");

  @Override
  public String name() {
    return "codex";
  }

  @Override
  public Set<String> aliases() {
    return Set.of("codex-cli");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(
        Capability.EDITS_FILES,
        Capability.NATIVE_SCHEMA,
        Capability.SYSTEM,
        Capability.EFFORT,
        Capability.MCP_SERVERS,
        Capability.IMAGES,
        Capability.SESSIONS);
  }

  @Override
  public Set<String> secrets() {
    return KEYS;
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    return ProgramAdapter.create(new CodexProgram(), context);
  }
}
