package dev.agentworkflows.coordinator.limit;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The calls that one limit holds.
 *
 * @param provider the login, by the name of the first provider that has it
 * @param model null for the calls to all models, empty for those that name none
 */
record HeldCalls(String provider, @Nullable String model) implements Comparable<HeldCalls> {

  // Written out because every run needs them: the first use of those that the compiler makes for a
  // record takes milliseconds, and so does a comparator that is put together.

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HeldCalls calls
        && provider.equals(calls.provider)
        && Objects.equals(model, calls.model);
  }

  @Override
  public int hashCode() {
    return 31 * provider.hashCode() + Objects.hashCode(model);
  }

  @Override
  public int compareTo(HeldCalls other) {
    int byProvider = provider.compareTo(other.provider);
    return byProvider == 0 ? modelOrder().compareTo(other.modelOrder()) : byProvider;
  }

  private String modelOrder() {
    return model == null ? "" : "/" + model;
  }
}
