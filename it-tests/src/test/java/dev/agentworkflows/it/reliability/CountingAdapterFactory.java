package dev.agentworkflows.it.reliability;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterFactory;

/** The provider {@code counting}: see {@link CountingAdapter}. */
public final class CountingAdapterFactory implements AdapterFactory {

  static final String NAME = "counting";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String defaultModel() {
    return "abacus";
  }

  @Override
  public int concurrency() {
    return 0;
  }

  @Override
  public Adapter create() {
    return new CountingAdapter();
  }
}
