package dev.agentworkflows.coordinator;

/**
 * How many cases a test makes up, and from which seed: {@code -Dseed=N} makes the same ones again,
 * {@code -Dscale=10} ten times as many; a count's own property sets that one alone.
 */
public final class Generated {

  private static final double SCALE = Double.parseDouble(System.getProperty("scale", "1"));

  private Generated() {}

  /** The seed that was asked for, or a new one; whoever takes one prints it. */
  public static long seed() {
    return Long.getLong("seed", System.nanoTime() & 0xFFFF_FFFFL);
  }

  /** A count: what its property says, or the usual one at this scale. */
  public static int count(String property, int usual) {
    return Integer.getInteger(property, (int) Math.max(1, Math.round(usual * SCALE)));
  }
}
