package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterFactory;
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
  public String defaultModel() {
    return "fake";
  }

  /** No limit: nothing is asked of anybody. */
  @Override
  public int concurrency() {
    return 0;
  }

  @Override
  public Adapter create() {
    return new FakeAdapter();
  }
}
