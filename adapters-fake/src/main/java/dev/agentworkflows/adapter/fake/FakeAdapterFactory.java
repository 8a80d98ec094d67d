package dev.agentworkflows.adapter.fake;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.Optional;
import java.util.Set;

/** The provider {@code fake}: offline, deterministic, free. */
public final class FakeAdapterFactory implements AdapterFactory {

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Set<String> aliases() {
    return Set.of("fixture");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.NATIVE_SCHEMA, Capability.REPORTS_COST, Capability.HISTORY);
  }

  @Override
  public Optional<String> defaultModel() {
    return Optional.of("fake");
  }

  /** No limit: nothing is asked of anybody. */
  @Override
  public int concurrency() {
    return 0;
  }

  @Override
  public Adapter create(AdapterContext context) throws AdapterException {
    context.refuseSettingsBeyond(Set.of());
    return new FakeAdapter();
  }
}
