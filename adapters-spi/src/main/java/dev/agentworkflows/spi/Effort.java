package dev.agentworkflows.spi;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How much a model is to think about a call. A provider with fewer levels takes its nearest, and
 * its highest for those above.
 *
 * @since level 5
 */
public enum Effort {
  LOW,
  MEDIUM,
  HIGH,
  XHIGH,
  MAX;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** As scripts write it. */
  public String label() {
    return label;
  }

  /** This level, or the highest one that a provider has. */
  public Effort atMost(Effort highest) {
    return compareTo(highest) > 0 ? highest : this;
  }

  /** The level that a script means; empty when there is none of that name. */
  public static Optional<Effort> ofLabel(String label) {
    return Arrays.stream(values()).filter(effort -> effort.label.equals(label)).findFirst();
  }

  /** All of them, from the lowest. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Effort::label).toList();
  }
}
