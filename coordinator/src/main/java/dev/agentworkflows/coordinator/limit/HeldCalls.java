package dev.agentworkflows.coordinator.limit;

import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The calls that one limit holds.
 *
 * @param provider the login, by the name of the first provider that has it
 * @param model null for the calls to all models, empty for those that name none
 */
record HeldCalls(String provider, @Nullable String model) implements Comparable<HeldCalls> {

  private static final Comparator<HeldCalls> ORDER =
      Comparator.comparing(HeldCalls::provider)
          .thenComparing(calls -> calls.model() == null ? "" : "/" + calls.model());

  // Written out, since each start needs them: those that the compiler makes for a record take
  // milliseconds when they are first used.

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
    return ORDER.compare(this, other);
  }
}
