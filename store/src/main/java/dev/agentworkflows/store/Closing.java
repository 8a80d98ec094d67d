package dev.agentworkflows.store;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes several things, whatever fails on the way: what stays open keeps its locks. */
final class Closing {

  /** Closes one thing. */
  @FunctionalInterface
  interface Step {
    void close() throws SQLException;
  }

  private Closing() {}

  /** Takes all steps, in their order; then throws what the first of them threw. */
  static void all(List<Step> steps) throws SQLException {
    Throwable failure = null;
    for (Step step : steps) {
      failure = taken(step, failure);
    }
    if (failure instanceof SQLException sql) {
      throw sql;
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }

  /** Closes what is of no use after a failure, which stays the one that is told. */
  static void after(Throwable failure, Step step) {
    taken(step, failure);
  }

  private static @Nullable Throwable taken(Step step, @Nullable Throwable before) {
    try {
      step.close();
      return before;
    } catch (SQLException | RuntimeException | Error e) {
      if (before == null) {
        return e;
      }
      before.addSuppressed(e);
      return before;
    }
  }
}
