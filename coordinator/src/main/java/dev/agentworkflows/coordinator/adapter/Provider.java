package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.Capability;
import org.jspecify.annotations.Nullable;

/** A provider that calls can name. Its adapter is made when it is first asked. Thread-safe. */
public final class Provider {

  private final AdapterFactory factory;
  private final AdapterContext context;
  private final int concurrency;
  private @Nullable Adapter adapter;

  Provider(AdapterFactory factory, AdapterContext context, int concurrency) {
    this.factory = factory;
    this.context = context;
    this.concurrency = concurrency;
  }

  /** The canonical name: an alias is resolved to it. */
  public String name() {
    return factory.name();
  }

  /** Where its adapter comes from: {@code built in}, or the path of a third party's. */
  String origin() {
    return factory instanceof JarFactory jar ? jar.path().toString() : "built in";
  }

  /** The model of a call that names none; null when the provider chooses by itself. */
  public @Nullable String defaultModel() {
    return factory.defaultModel().orElse(null);
  }

  public boolean can(Capability capability) {
    return factory.capabilities().contains(capability);
  }

  /** How many calls may be out at once; 0 for no limit. */
  public int concurrency() {
    return concurrency;
  }

  public synchronized Adapter adapter() throws AdapterException {
    Adapter made = adapter;
    if (made == null) {
      made = factory.create(context);
      adapter = made;
    }
    return made;
  }

  synchronized void close() {
    if (adapter != null) {
      adapter.close();
      adapter = null;
    }
  }
}
