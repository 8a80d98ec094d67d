package dev.agentworkflows.testkit;

/**
 * How many cases a test makes up, and from which seed: {@code -Dseed=N} makes the same ones again,
 * {@code -Dscale=10} ten times as many, {@code -Dscale=0.1} a tenth.
 */
public final class Generated {

  private static final double SCALE = Double.parseDouble(System.getProperty("scale", "1"));

  private Generated() {}

  /** The seed that was asked for, or a new one; whoever takes one prints it. */
  public static long seed() {
    return Long.getLong("seed", System.nanoTime() & 0xFFFF_FFFFL);
  }

  /** A count at this scale, at least 1. */
  public static int count(int usual) {
    return (int) Math.max(1, Math.round(usual * SCALE));
  }
}
