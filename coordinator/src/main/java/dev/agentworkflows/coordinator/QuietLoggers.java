package dev.agentworkflows.coordinator;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Loggers of libraries whose lines would say again, in other words, what a person is told. */
public final class QuietLoggers {

  /** Held, since a logger that nobody refers to forgets its level. */
  private static final Map<String, Logger> HELD = new ConcurrentHashMap<>();

  private QuietLoggers() {}

  /** From now on, lets only lines of this level or a graver one through. */
  public static void set(Level level, String... names) {
    for (String name : names) {
      // No reference to the method, which depends on its caller: to make one takes milliseconds.
      HELD.computeIfAbsent(name, logger -> Logger.getLogger(logger)).setLevel(level);
    }
  }
}
