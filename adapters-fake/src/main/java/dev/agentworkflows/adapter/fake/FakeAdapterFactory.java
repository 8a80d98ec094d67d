package dev.agentworkflows.adapter.fake;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import java.util.EnumSet;
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

  /** All that a call may ask for, so that scripts can be tried out; it makes no use of it. */
  @Override
  public Set<Capability> capabilities() {
    return EnumSet.complementOf(
        EnumSet.of(
            Capability.EDITS_FILES,
            Capability.BATCHES,
            Capability.COST_LIMIT,
            Capability.SESSIONS));
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
