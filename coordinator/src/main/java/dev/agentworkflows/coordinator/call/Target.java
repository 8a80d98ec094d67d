package dev.agentworkflows.coordinator.call;

import dev.agentworkflows.coordinator.adapter.Provider;
import dev.agentworkflows.spi.Capability;
import org.jspecify.annotations.Nullable;

/**
 * One whom a call may ask.
 *
 * @param provider null when no adapter has the name that was asked for
 * @param name canonical when the provider is known, else as it was written
 * @param model null when the provider chooses by itself
 */
record Target(@Nullable Provider provider, String name, @Nullable String model) {

  /** Calls of one tariff cost alike: what the budget learns from one helps with the next. */
  String tariff() {
    return text();
  }

  /** Whose usage limits hold it: two providers may share a login. */
  String login() {
    return provider == null ? name : provider.login();
  }

  boolean can(Capability capability) {
    return provider != null && provider.can(capability);
  }

  /** As keys hold it, and people read it. */
  String text() {
    return model == null ? name : name + "/" + model;
  }
}
