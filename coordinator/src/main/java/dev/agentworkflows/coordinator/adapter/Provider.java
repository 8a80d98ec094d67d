package dev.agentworkflows.coordinator.adapter;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import org.jspecify.annotations.Nullable;

/** A provider that calls can name. Its adapter is made when it is first asked. Thread-safe. */
public final class Provider {

  private final AdapterFactory factory;
  private final int concurrency;
  private @Nullable Adapter adapter;

  Provider(AdapterFactory factory, int concurrency) {
    this.factory = factory;
    this.concurrency = concurrency;
  }

  /** The canonical name: an alias is resolved to it. */
  public String name() {
    return factory.name();
  }

  /** The model of a call that names none. */
  public String defaultModel() {
    return factory.defaultModel();
  }

  /** How many calls may be out at once; 0 for no limit. */
  public int concurrency() {
    return concurrency;
  }

  public synchronized Adapter adapter() throws AdapterException {
    Adapter made = adapter;
    if (made == null) {
      made = factory.create();
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
