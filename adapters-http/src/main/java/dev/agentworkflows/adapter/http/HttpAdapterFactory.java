package dev.agentworkflows.adapter.http;

import dev.agentworkflows.spi.Adapter;
import dev.agentworkflows.spi.AdapterContext;
import dev.agentworkflows.spi.AdapterException;
import dev.agentworkflows.spi.AdapterFactory;
import dev.agentworkflows.spi.BatchApi;
import dev.agentworkflows.spi.Capability;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the factories of providers over HTTP have in common: an endpoint, and how it is asked. */
public abstract class HttpAdapterFactory implements AdapterFactory {

  private final String name;
  private final EndpointSettings defaults;

  /**
   * @param defaults what holds where the user configured nothing
   */
  protected HttpAdapterFactory(String name, EndpointSettings defaults) {
    this.name = name;
    this.defaults = defaults;
  }

  @Override
  public final String name() {
    return name;
  }

  /** What all of them have, and those that one adds. */
  @Override
  public final Set<Capability> capabilities() {
    Set<Capability> all =
        EnumSet.of(
            Capability.NATIVE_SCHEMA, Capability.HISTORY, Capability.SYSTEM, Capability.EFFORT);
    all.addAll(more());
    return all;
  }

  /** What the endpoint can do besides. */
  protected Set<Capability> more() {
    return Set.of();
  }

  @Override
  public final Optional<String> defaultModel() {
    return Optional.of(defaults.defaultModel());
  }

  @Override
  public final Set<String> secrets() {
    return Set.copyOf(defaults.keyVariables());
  }

  @Override
  public final Adapter create(AdapterContext context) throws AdapterException {
    return new HttpAdapter(context, defaults, dialect(context), this::batches);
  }

  /** How the endpoint is asked; its class, and what that needs, is loaded with the adapter. */
  protected abstract Dialect dialect(AdapterContext context);

  /** How the endpoint takes many questions at once; null where it does not. */
  protected @Nullable BatchApi batches(KeyedEndpoint endpoint) {
    return null;
  }
}
