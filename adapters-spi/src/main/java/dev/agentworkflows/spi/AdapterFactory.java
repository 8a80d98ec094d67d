package dev.agentworkflows.spi;

import java.util.Optional;
import java.util.Set;

/**
 * The entry of an adapter's jar, found by {@link java.util.ServiceLoader}.
 *
 * <p>Constructed once per coordinator. The constructor and all methods but {@link #create} must be
 * cheap: {@code providers} calls them for every adapter.
 */
public interface AdapterFactory {

  /** The provider's name as scripts write it: lower case, letters, digits and dashes. */
  String name();

  /** Other names that scripts may write for the same provider. */
  default Set<String> aliases() {
    return Set.of();
  }

  /** What the adapter can do beyond answering a prompt with text, in some kind of call. */
  default Set<Capability> capabilities() {
    return Set.of();
  }

  /**
   * What of {@link #capabilities()} holds for one kind of call.
   *
   * @param mutating for calls that may edit files; else for those that must not
   * @since level 5
   */
  default Set<Capability> capabilities(boolean mutating) {
    return capabilities();
  }

  /** The model of a call that names none; empty when the provider chooses by itself. */
  default Optional<String> defaultModel() {
    return Optional.empty();
  }

  /**
   * The names of the secrets that the adapter may ask for: {@code providers} says which are set.
   */
  default Set<String> secrets() {
    return Set.of();
  }

  /**
   * How many calls may be out at once, over all runs of a coordinator; 0 for no limit. Users
   * override it.
   */
  default int concurrency() {
    return 8;
  }

  /**
   * Makes the adapter, when a call first names its provider.
   *
   * @param context outlives the adapter
   * @throws AdapterException when its configuration is unusable, for instance because of {@link
   *     AdapterContext#refuseSettingsBeyond}
   */
  Adapter create(AdapterContext context) throws AdapterException;
}
