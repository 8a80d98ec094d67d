package dev.agentworkflows.coordinator.limit;

import java.util.Comparator;
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

  @Override
  public int compareTo(HeldCalls other) {
    return ORDER.compare(this, other);
  }
}
