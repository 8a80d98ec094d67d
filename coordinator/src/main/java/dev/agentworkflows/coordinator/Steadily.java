package dev.agentworkflows.coordinator;

/**
 * Work that is done again and again, or on a thread that many depend on: whatever goes wrong with
 * one piece of it, an {@link Error} included, the next one is done.
 */
public final class Steadily {

  private Steadily() {}

  /**
   * The same work, which throws nothing.
   *
   * @param what names it in the log
   */
  public static Runnable doing(String what, Runnable work) {
    return () -> {
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        log(what, e);
      }
    };
  }

  private static void log(String what, Throwable failure) {
    try {
      System.getLogger(Steadily.class.getName())
          .log(System.Logger.Level.WARNING, what + ": one piece of work failed", failure);
    } catch (RuntimeException | Error e) {
      // There is no memory to tell of it, either.
    }
  }
}
