package dev.agentworkflows.it.reliability;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterFactory;
import java.util.Optional;

/** The provider {@code counting}: see {@link CountingAdapter}. */
public final class CountingAdapterFactory implements AdapterFactory {

  static final String NAME = "counting";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> defaultModel() {
    return Optional.of("abacus");
  }

  @Override
  public int concurrency() {
    return 0;
  }

  @Override
  public Adapter create(AdapterContext context) {
    return new CountingAdapter();
  }
}
