package dev.agentworkflows.spi;

import java.util.Set;

/**
 * The entry of an adapter's jar, found by {@link java.util.ServiceLoader}.
 *
 * <p>Constructed at most once per coordinator, when a provider of this adapter is first named. The
 * constructor and the naming methods must be cheap: {@code providers} calls them for every adapter.
 */
public interface AdapterFactory {

  /** The provider's name as scripts write it: lower case, letters, digits and dashes. */
  String name();

  /** Other names that scripts may write for the same provider. */
  default Set<String> aliases() {
    return Set.of();
  }

  /** The model that a call gets which names none. */
  String defaultModel();

  /**
   * How many calls may be out at once, over all runs of a coordinator; 0 for no limit. Users
   * override it.
   */
  default int concurrency() {
    return 8;
  }

  /** Makes the adapter. Called once per coordinator; throws when its configuration is unusable. */
  Adapter create() throws AdapterException;
}
