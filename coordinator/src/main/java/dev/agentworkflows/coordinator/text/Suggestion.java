package dev.agentworkflows.coordinator.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody who mistyped a name most likely meant. */
public final class Suggestion {

  /** Of fewer letters than these, with the dashes before them, anything may be the beginning. */
  private static final int MIN_BEGINNING = 4;

  private Suggestion() {}

  /**
   * The name that needs the fewest changes, else the shortest that begins so; empty when none is
   * close.
   */
  public static Optional<String> closest(String typed, Collection<String> names) {
    int most = Math.max(1, typed.length() / 3);
    return names.stream()
        .filter(name -> Math.abs(name.length() - typed.length()) <= most)
        .filter(name -> distance(typed, name) <= most)
        .min(Comparator.comparingInt(name -> distance(typed, name)))
        .or(() -> begun(typed, names));
  }

  private static Optional<String> begun(String typed, Collection<String> names) {
    return names.stream()
        .filter(name -> typed.length() >= MIN_BEGINNING && name.startsWith(typed))
        .min(Comparator.comparingInt(String::length));
  }

  /** Letters to insert, remove, replace, or swap with their neighbour. */
  static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      cost[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      cost[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replaced = cost[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        cost[i][j] = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[a.length()][b.length()];
  }
}
