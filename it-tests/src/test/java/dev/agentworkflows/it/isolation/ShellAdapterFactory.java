package dev.agentworkflows.it.isolation;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.Set;

/** The provider {@code shell}: see {@link ShellAdapter}. */
public final class ShellAdapterFactory implements AdapterFactory {

  static final String NAME = "shell";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.EDITS_FILES);
  }

  @Override
  public int concurrency() {
    return 0;
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    context.refuseSettingsBeyond(Set.of());
    return new ShellAdapter(context.environment());
  }
}
